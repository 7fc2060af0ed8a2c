-- One row: what is not as it should be in the published table judged.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT rule, county_code, count(*) AS rows FROM mart_judged GROUP BY rule, county_code) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN NOT is_judged AND why IS NULL THEN 1 END) AS reason_missing
    FROM mart_judged
),
contradictions AS (
    SELECT count(*) AS judged_without_feed
    FROM mart_unjudged u
    JOIN mart_judged j ON j.rule = u.rule AND j.county_code = u.county_code AND j.is_judged
)
SELECT c.*, r.keys_repeated, x.judged_without_feed
FROM counts c
CROSS JOIN repeats r
CROSS JOIN contradictions x
