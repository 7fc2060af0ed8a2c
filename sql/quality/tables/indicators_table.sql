-- One row: what is not as it should be in the published table indicators.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT county_code, state, count(*) AS rows FROM mart_indicators GROUP BY county_code, state) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN county_code IS NULL THEN 1 END) AS county_missing
    FROM mart_indicators
),
difference AS (
    SELECT abs(
        (SELECT coalesce(sum(persons), 0) FROM mart_indicators)
        - (SELECT count(*) FROM mart_persons)
    ) AS people_lost
)
SELECT c.*, r.keys_repeated, CAST(d.people_lost AS BIGINT) AS people_lost
FROM counts c
CROSS JOIN repeats r
CROSS JOIN difference d
