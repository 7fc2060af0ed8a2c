-- One row: what is not as it should be in the published table precision_recent.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT rule, county_code, count(*) AS rows FROM mart_precision_recent GROUP BY rule, county_code) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN upheld > checked OR checked > 200 THEN 1 END) AS parts_above_whole
    FROM mart_precision_recent
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
