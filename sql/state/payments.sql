-- One row per subsidy payment that reached its person: the subjects of payment rules.
-- Rules look back twelve months; `in_window` says whether the period still counts.
SELECT
    s.*,
    m.month,
    m.first_day,
    m.last_day,
    s.period >= run.run_month - 12 AS in_window
FROM subsidies s
JOIN months m ON m.period = s.period
CROSS JOIN run
WHERE s.amount > 0 AND coalesce(s.status, '成功') = '成功'
