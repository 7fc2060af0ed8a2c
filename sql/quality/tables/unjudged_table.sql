-- One row: what is not as it should be in the published table unjudged.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT rule, county_code, feed, count(*) AS rows FROM mart_unjudged GROUP BY rule, county_code, feed) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN rule IS NULL THEN 1 END) AS rule_missing
    FROM mart_unjudged
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
