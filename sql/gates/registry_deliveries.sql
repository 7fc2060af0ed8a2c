-- One row per county and delivery date of a registry: its accepted rows and files, to see a half-delivered one.
WITH faultless AS (
    SELECT substr(village_code, 1, 6) AS county_code, delivered_on, superseded, ord // 1000000000 % 10000 AS file
    FROM delivered_registry
),
by_file AS (
    SELECT county_code, delivered_on, file, count(CASE WHEN NOT superseded THEN 1 END) AS accepted FROM faultless GROUP BY county_code, delivered_on, file
)
SELECT
    'registry' AS feed,
    county_code,
    CAST(NULL AS VARCHAR) AS department,
    delivered_on,
    CAST(sum(accepted) AS BIGINT) AS accepted,
    string_agg(CAST(file AS VARCHAR), ';' ORDER BY file) AS files
FROM by_file
GROUP BY county_code, delivered_on
HAVING sum(accepted) > 0
