-- One row per subsidy payment: the latest delivered version, the feed's truth on the run date, conflicts included.
SELECT payment_no, post_no, county_code, person, name_key, period, required_days, attended_days, amount,
    paid_on, bank_account_key, status, delivered_on, ord
FROM staged_subsidies
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY payment_no ORDER BY ord DESC) = 1
