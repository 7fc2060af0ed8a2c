-- One row per payment of unemployment benefit: who has one in window is claiming on the run date.
SELECT b.person, b.name_key, b.period, b.period >= run.run_month - 1 AS in_window, b.ord
FROM benefits b
CROSS JOIN run
WHERE b.kind = '失业保险金' AND b.amount > 0
