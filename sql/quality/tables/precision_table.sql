-- One row: what is not as it should be in the published table precision.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT rule, county_code, is_priority, count(*) AS rows FROM mart_precision GROUP BY rule, county_code, is_priority) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN upheld > checked OR checked > warnings OR served > upheld THEN 1 END) AS parts_above_whole
    FROM mart_precision
),
difference AS (
    SELECT abs(
        (SELECT coalesce(sum(warnings), 0) FROM mart_precision)
        - (SELECT count(*) FROM mart_warnings)
    ) AS warnings_lost
)
SELECT c.*, r.keys_repeated, CAST(d.warnings_lost AS BIGINT) AS warnings_lost
FROM counts c
CROSS JOIN repeats r
CROSS JOIN difference d
