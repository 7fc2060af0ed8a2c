-- One row: what is not as it should be in the published table places.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT township_code, count(*) AS rows FROM mart_places GROUP BY township_code) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN length(township_code) <> 9 THEN 1 END) AS code_misshapen
    FROM mart_places
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
