-- One row: what is not as it should be in the published table areas.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT county_code, kind, area, count(*) AS rows FROM mart_areas GROUP BY county_code, kind, area) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN employed > labour_force OR on_post > employed THEN 1 END) AS parts_over_whole
    FROM mart_areas
),
differences AS (
    SELECT kind, abs(sum(labour_force) - (
        SELECT count(*) FROM mart_persons WHERE state NOT IN ('deceased', 'outside_labour')
    )) AS people_lost
    FROM mart_areas
    WHERE kind IN ('县', '乡镇')
    GROUP BY kind
)
SELECT c.*, r.keys_repeated, CAST((SELECT coalesce(max(people_lost), 0) FROM differences) AS BIGINT) AS people_lost
FROM counts c
CROSS JOIN repeats r
