-- One row per rule and county with checked warnings, and one per rule for the province: how many of the latest 200 that
-- were checked were right. The latest feedback on a warning counts; from fewer than 30 nothing follows.
WITH checked AS (
    SELECT rule, county_code, warning_id, checked_on, outcome FROM warnings WHERE outcome IS NOT NULL
),
ranked AS (
    SELECT
        rule, 'county' AS scope, county_code, outcome,
        row_number() OVER (PARTITION BY rule, county_code ORDER BY checked_on DESC, warning_id) AS place
    FROM checked
    UNION ALL
    SELECT
        rule, 'province' AS scope, CAST(NULL AS VARCHAR) AS county_code, outcome,
        row_number() OVER (PARTITION BY rule ORDER BY checked_on DESC, warning_id) AS place
    FROM checked
),
counted AS (
    SELECT
        rule, scope, county_code,
        count(*) AS checked,
        count(CASE WHEN outcome = '属实' THEN 1 END) AS upheld
    FROM ranked
    WHERE place <= 200
    GROUP BY rule, scope, county_code
)
SELECT
    rule, scope, county_code, checked, upheld,
    CASE WHEN checked >= 30 THEN CAST(upheld AS DOUBLE) / checked END AS share_upheld,
    checked >= 30 AND upheld * 20 < checked AS is_seldom_upheld
FROM counted
