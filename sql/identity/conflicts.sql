-- One row per row in truth that has a known ID number with another name: evidence of nothing, listed for correction.
WITH rows_in_truth AS (
    SELECT 'employment' AS feed, person, name_key, ord FROM employment_latest
    UNION ALL
    SELECT 'insurance' AS feed, person, name_key, ord FROM insurance_latest
    UNION ALL
    SELECT 'benefits' AS feed, person, name_key, ord FROM benefits_latest
    UNION ALL
    SELECT 'jobseekers' AS feed, person, name_key, ord FROM jobseekers_latest
    UNION ALL
    SELECT 'posts' AS feed, person, name_key, ord FROM posts_latest
    UNION ALL
    SELECT 'subsidies' AS feed, person, name_key, ord FROM subsidies_latest
    UNION ALL
    SELECT 'allowances' AS feed, person, name_key, ord FROM allowances_latest
    UNION ALL
    SELECT 'deaths' AS feed, person, name_key, ord FROM deaths_latest
    UNION ALL
    SELECT 'enterprises' AS feed, person, name_key, ord FROM enterprises_latest
    UNION ALL
    SELECT 'payroll' AS feed, person, name_key, ord FROM payroll_latest
    UNION ALL
    SELECT 'field_reports' AS feed, person, name_key, ord FROM field_reports_latest
),
named_otherwise AS (
    SELECT DISTINCT t.feed, t.person, t.name_key, t.ord
    FROM rows_in_truth t
    JOIN names n ON n.person = t.person AND n.name_key <> t.name_key
)
SELECT o.feed, o.person, o.ord
FROM named_otherwise o
ANTI JOIN names same ON same.person = o.person AND same.name_key = o.name_key
