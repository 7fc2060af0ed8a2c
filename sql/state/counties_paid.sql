-- One row per county and period for which a subsidy reached somebody there: others may have been left out.
SELECT DISTINCT county_code, period FROM payments
