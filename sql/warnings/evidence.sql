-- One row per rule, subject key and delivered row that made the rule hold on the run date, with whom the row names and
-- the bytes it stood in: a file that is replaced later must not lend its rows, and other people, to this warning.
WITH cited AS (
    SELECT DISTINCT rule, subject_key, subject_feed AS feed, subject_ord AS ord
    FROM rows_in_force
    WHERE in_window AND subject_ord IS NOT NULL
    UNION
    SELECT DISTINCT rule, subject_key, fact_feed, fact_ord
    FROM rows_in_force
    WHERE in_window AND fact_ord IS NOT NULL
),
rows_in_truth AS (
    SELECT 'registry' AS feed, ord, person, name_key, CAST(NULL AS BIGINT) AS employer_name_key FROM registry
    UNION ALL
    SELECT 'employment', ord, person, name_key, employer_name_key FROM employment
    UNION ALL
    SELECT 'insurance', ord, person, name_key, employer_name_key FROM insurance
    UNION ALL
    SELECT 'benefits', ord, person, name_key, CAST(NULL AS BIGINT) FROM benefits
    UNION ALL
    SELECT 'jobseekers', ord, person, name_key, CAST(NULL AS BIGINT) FROM jobseekers
    UNION ALL
    SELECT 'posts', ord, person, name_key, employer_name_key FROM posts
    UNION ALL
    SELECT 'subsidies', ord, person, name_key, CAST(NULL AS BIGINT) FROM subsidies
    UNION ALL
    SELECT 'allowances', ord, person, name_key, CAST(NULL AS BIGINT) FROM allowances
    UNION ALL
    SELECT 'deaths', ord, person, name_key, CAST(NULL AS BIGINT) FROM deaths
    UNION ALL
    SELECT 'enterprises', ord, person, name_key, CAST(NULL AS BIGINT) FROM enterprises
    UNION ALL
    SELECT 'payroll', ord, person, name_key, CAST(NULL AS BIGINT) FROM payroll
    UNION ALL
    SELECT 'field_reports', ord, person, name_key, CAST(NULL AS BIGINT) FROM field_reports
),
placed AS (
    SELECT
        *,
        CAST(ord // 10000000000000 AS INTEGER) + DATE '1970-01-01' AS delivered_on,
        CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
        ord % 1000000000 AS row_number
    FROM cited
)
SELECT
    c.rule, c.subject_key, c.feed, c.ord, c.delivered_on, c.file, c.row_number,
    d.sha256, t.person, t.name_key, t.employer_name_key
FROM placed c
LEFT JOIN rows_in_truth t ON t.feed = c.feed AND t.ord = c.ord
LEFT JOIN deliveries d ON d.feed = c.feed AND d.delivered_on = c.delivered_on AND d.file = c.file
