-- One row per scope (county, of ledgers and department) and delivery date of a snapshot: its accepted rows and the files
-- they lie in, to see a half-delivered one.
WITH by_file AS (
    SELECT
        feed, county_code, part, delivered_on, file,
        sum(CASE WHEN superseded THEN 0 ELSE value END) AS accepted
    FROM delivery_measures
    WHERE feed IN ('registry', 'posts') AND metric = 'rows'
    GROUP BY feed, county_code, part, delivered_on, file
)
SELECT
    feed,
    county_code,
    part AS department,
    delivered_on,
    CAST(sum(accepted) AS BIGINT) AS accepted,
    string_agg(CAST(file AS VARCHAR), ';' ORDER BY file) AS files
FROM by_file
GROUP BY feed, county_code, part, delivered_on
HAVING sum(accepted) > 0
