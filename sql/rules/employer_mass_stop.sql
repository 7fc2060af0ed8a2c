-- One row per employer and county where many of the county's people lost its cover at about the same time, and row
-- that says so. 用人单位集中停保: clause 二、（一）; the office hears of it before the families say so.
WITH weighed_persons AS (
    SELECT
        i.employer_no_key,
        i.county_code,
        i.person,
        i.is_stopped,
        i.period >= run.run_month - 6 AS is_recent,
        i.first_day > run.run_date - 60 AS is_just_stopped
    FROM insured i
    CROSS JOIN run
),
employers AS (
    SELECT
        i.employer_no_key,
        i.county_code,
        count(CASE WHEN i.is_stopped AND i.is_just_stopped AND i.is_recent THEN 1 END) AS stopped,
        count(CASE WHEN i.is_recent THEN 1 END) AS recent,
        count(CASE WHEN i.is_stopped THEN 1 END) AS ever_stopped,
        count(*) AS everybody
    FROM weighed_persons i
    GROUP BY i.employer_no_key, i.county_code
),
weighed AS (
    SELECT
        e.*,
        e.stopped >= k.mass_stop_persons AND e.stopped >= k.mass_stop_share * e.recent AS in_window
    FROM employers e
    JOIN parameters k ON k.county_code = e.county_code
    WHERE k.insurance_grace_months IS NOT NULL
        AND (
            (e.stopped >= k.mass_stop_persons AND e.stopped >= k.mass_stop_share * e.recent)
            OR (e.ever_stopped >= k.mass_stop_persons AND e.ever_stopped >= k.mass_stop_share * e.everybody)
        )
)
SELECT
    j.employer_no_key AS key_employer,
    j.county_code AS key_rest,
    j.county_code,
    3 AS level,
    j.in_window,
    '近60天内有' || CAST(j.stopped AS VARCHAR) || '名本县在册人员在该单位停保，且没有由其他单位参保（近半年在该单位参保的在册人员共'
        || CAST(j.recent AS VARCHAR) || '名）；请人社部门向用人单位了解是否停产、裁员或变更参保单位，并通知乡镇做好就业衔接。' AS reason,
    'insurance' AS subject_feed,
    r.ord AS subject_ord
FROM weighed j
JOIN weighed_persons i
    ON i.employer_no_key = j.employer_no_key AND i.county_code = j.county_code
    AND i.is_stopped AND i.is_just_stopped AND i.is_recent
JOIN cover_rows r ON r.person = i.person AND r.employer_no_key = i.employer_no_key
UNION ALL
SELECT j.employer_no_key, j.county_code, j.county_code, 3, FALSE, NULL, 'insurance', NULL
FROM weighed j
WHERE NOT j.in_window
