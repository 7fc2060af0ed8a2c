-- One row per person whose rows are read again: who is affected, who was paid to the same accounts or in a county and
-- month in question, and whom the rules about employers may cite, as those rules look at all of an employer's people.
SELECT person FROM affected
UNION
SELECT person FROM account_holders
UNION
SELECT person FROM before_owing
UNION
SELECT i.person
FROM before_insured i
CROSS JOIN since
WHERE i.is_stopped AND i.first_day > since.run_date - 61
UNION
SELECT s.person
FROM staged_subsidies s
SEMI JOIN months_in_question m ON m.county_code = s.county_code AND m.period = s.period
UNION
SELECT s.person
FROM staged_allowances s
SEMI JOIN months_in_question m ON m.county_code = s.county_code AND m.period = s.period
