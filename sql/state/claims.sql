-- One row per payment of unemployment benefit that makes its person claiming on the run date.
SELECT b.person, b.name_key, b.period, b.ord
FROM benefits b
CROSS JOIN run
WHERE b.kind = '失业保险金' AND b.amount > 0 AND b.period >= run.run_month - 1
