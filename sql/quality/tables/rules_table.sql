-- One row: what is not as it should be in the published table rules.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT rule, instrument, count(*) AS rows FROM mart_rules GROUP BY rule, instrument) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN list NOT IN ('帮扶', '核查', '单位整改') THEN 1 END) AS list_unknown,
        count(CASE WHEN instrument IS NULL OR clause IS NULL THEN 1 END) AS clause_missing
    FROM mart_rules
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
