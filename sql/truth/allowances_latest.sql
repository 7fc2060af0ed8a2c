-- One row per allowance payment: the latest delivered version, the feed's truth on the run date, conflicts included.
SELECT payment_no, person, name_key, kind, county_code, period, days, amount, paid_on, status, delivered_on, ord
FROM staged_allowances
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY payment_no ORDER BY ord DESC) = 1
