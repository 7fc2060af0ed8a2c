-- One row: what is not as it should be in the published table posts.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (
        SELECT delivered_on, file, row_number, count(*) AS rows
        FROM mart_posts
        GROUP BY delivered_on, file, row_number
    ) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN person IS NULL THEN 1 END) AS person_missing,
        count(CASE WHEN county_code IS NULL THEN 1 END) AS county_missing,
        count(CASE WHEN off_post_on < on_post_from THEN 1 END) AS not_on_post
    FROM mart_posts
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
