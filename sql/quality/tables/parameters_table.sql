-- One row: what is not as it should be in the published table parameters.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (
        SELECT parameter, county_code, valid_from, count(*) AS rows
        FROM mart_parameters
        GROUP BY parameter, county_code, valid_from
    ) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN valid_to < valid_from THEN 1 END) AS ends_before_start
    FROM mart_parameters
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
