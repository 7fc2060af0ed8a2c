-- One row per payment of an employee's pension: who has one in window is a pensioner on the run date.
SELECT b.person, b.name_key, b.period, b.period >= run.run_month - 2 AS in_window, b.ord
FROM benefits b
CROSS JOIN run
WHERE b.kind = '职工养老金' AND b.amount > 0
