-- One row per rule and county with checked warnings, and one per rule for the province: how many of the latest 200 that
-- were checked were right. The latest feedback on a warning counts.
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
    c.rule, -- see rules
    c.scope, -- county or province
    c.county_code, -- county, NULL for the province
    c.checked, -- the latest checked by 核查日期, 200 at most
    c.upheld, -- of them 属实
    CASE WHEN c.checked >= 30 THEN CAST(c.upheld AS DOUBLE) / c.checked END AS share_upheld, -- upheld of checked; NULL for fewer than 30, from which nothing follows
    c.checked >= 30 AND c.upheld * 20 < c.checked AS is_seldom_upheld -- less than 5 % of at least 30: the rule costs visits and finds little
FROM counted c
