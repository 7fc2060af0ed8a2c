-- One row per county, department and delivery date of a ledger: its accepted rows and files, to see a half-delivered
-- one.
WITH faultless AS (
    SELECT substr(village_code, 1, 6) AS county_code, department, delivered_on, superseded, ord // 1000000000 % 10000 AS file
    FROM delivered_posts
),
by_file AS (
    SELECT county_code, department, delivered_on, file, count(CASE WHEN NOT superseded THEN 1 END) AS accepted
    FROM faultless
    GROUP BY county_code, department, delivered_on, file
)
SELECT
    'posts' AS feed,
    county_code,
    department,
    delivered_on,
    CAST(sum(accepted) AS BIGINT) AS accepted,
    string_agg(CAST(file AS VARCHAR), ';' ORDER BY file) AS files
FROM by_file
GROUP BY county_code, department, delivered_on
HAVING sum(accepted) > 0
