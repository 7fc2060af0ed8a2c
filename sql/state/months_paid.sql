-- One row per county, family of rules about money and period that a payment there is about: what those rules judge.
SELECT s.county_code, 'Payments' AS family, s.period
FROM subsidies_latest s
CROSS JOIN run
WHERE s.period >= run.run_month - 12
UNION
SELECT county_code, 'Allowances', period FROM allowances_latest
