-- One row per county and period for which somebody affected may be the first who was paid there.
SELECT DISTINCT s.county_code, s.period
FROM staged_subsidies s
SEMI JOIN affected a ON a.person = s.person
ANTI JOIN before_counties_paid p ON p.county_code = s.county_code AND p.period = s.period
