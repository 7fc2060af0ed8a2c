-- One row per person of the registry: the employment state on the run date, the first line that fits.
WITH holders AS (
    SELECT DISTINCT person FROM post_holders
),
covered AS (
    SELECT DISTINCT person FROM employer_cover WHERE is_covered
),
claiming AS (
    SELECT DISTINCT person FROM claims WHERE in_window
),
registered AS (
    SELECT person, max(registered_on) AS registered_on FROM open_registrations GROUP BY person
),
last_work AS (
    SELECT DISTINCT person, last_day, cause FROM last_work_rows
),
signs AS (
    SELECT
        p.person,
        p.is_dead,
        p.labour IN ('丧失劳动力', '无劳动力')
            OR p.is_student
            OR coalesce(p.age < k.labour_age_min, FALSE)
            OR p.is_pensioner AS is_outside_labour,
        h.person IS NOT NULL AS is_on_post,
        v.person IS NOT NULL AS is_covered,
        w.person IS NOT NULL AS is_working,
        CASE
            WHEN c.person IS NOT NULL THEN 'benefits'
            WHEN g.registered_on > w.updated_on THEN 'jobseekers'
            WHEN w.all_contradicted THEN 'insurance'
        END AS suspected_by,
        coalesce(w.updated_on < run.run_date - k.stale_days, FALSE) AS is_stale,
        coalesce(p.age >= k.labour_age_max, FALSE)
            AND NOT coalesce(
                year(l.last_day) * 10000 + month(l.last_day) * 100 + day(l.last_day)
                    >= (year(p.born_on) + k.labour_age_max) * 10000 + month(p.born_on) * 100 + day(p.born_on),
                FALSE
            ) AS is_past_labour_age,
        l.last_day,
        l.cause
    FROM people p
    JOIN parameters k ON k.county_code = p.county_code
    CROSS JOIN run
    LEFT JOIN holders h ON h.person = p.person
    LEFT JOIN covered v ON v.person = p.person
    LEFT JOIN work w ON w.person = p.person
    LEFT JOIN claiming c ON c.person = p.person
    LEFT JOIN registered g ON g.person = p.person
    LEFT JOIN last_work l ON l.person = p.person
),
stated AS (
    SELECT
        *,
        CASE
            WHEN is_dead THEN 'deceased'
            WHEN is_outside_labour THEN 'outside_labour'
            WHEN is_on_post THEN 'on_post'
            WHEN is_covered THEN 'employed'
            WHEN is_working AND suspected_by IS NOT NULL THEN 'suspected_unemployed'
            WHEN is_working AND is_stale THEN 'unverified'
            WHEN is_working THEN 'employed'
            WHEN is_past_labour_age THEN 'outside_labour'
            WHEN last_day IS NOT NULL THEN 'unemployed'
            ELSE 'never_employed'
        END AS state
    FROM signs
)
SELECT
    person,
    state,
    CASE WHEN state = 'unemployed' THEN last_day + 1 END AS since,
    CASE WHEN state = 'unemployed' THEN cause END AS cause,
    CASE WHEN state = 'suspected_unemployed' THEN suspected_by END AS suspected_by,
    is_covered
FROM stated
