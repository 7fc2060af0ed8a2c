-- One row per registry person who is said to work while another office says otherwise, and row that says so.
-- 疑似失业: clause 二、（九）; the records contradict each other, so somebody must ask.
WITH signs AS (
    SELECT person, 'benefits' AS feed, ord FROM claims WHERE in_window
    UNION ALL
    SELECT g.person, 'jobseekers', g.ord
    FROM open_registrations g
    JOIN work w ON w.person = g.person AND w.name_key = g.name_key
    WHERE g.registered_on > w.updated_on
    UNION ALL
    SELECT person, 'insurance', insurance_ord FROM contradictions
),
stops AS (
    SELECT person, max(stopped_on) AS stopped_on FROM contradictions GROUP BY person
),
rows_that_say_so AS (
    SELECT s.person, g.feed, g.ord FROM states s JOIN signs g ON g.person = s.person AND g.feed = s.suspected_by
    UNION ALL
    SELECT w.person, 'employment', w.ord FROM working_records w
)
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    p.village_code,
    CASE WHEN p.is_priority THEN 3 ELSE 2 END AS level,
    TRUE AS in_window,
    '务工信息（最近更新于' || CAST(w.updated_on AS VARCHAR) || '）显示在工作，但'
        || CASE s.suspected_by
            WHEN 'benefits' THEN '本人近两个月领取了失业保险金'
            WHEN 'jobseekers' THEN '本人在此之后办理了失业登记且尚未注销'
            ELSE '该单位自' || CAST(b.stopped_on AS VARCHAR) || '起已为本人停保'
        END
        || '；请村干部或帮扶联系人向本人核实是否还在原单位工作，并更新务工信息，确已失业的由乡镇提供就业服务。' AS reason,
    'registry' AS subject_feed,
    p.ord AS subject_ord,
    f.feed AS fact_feed,
    f.ord AS fact_ord
FROM states s
JOIN people p ON p.person = s.person
JOIN work w ON w.person = s.person AND w.name_key = p.name_key
JOIN rows_that_say_so f ON f.person = s.person
LEFT JOIN stops b ON b.person = s.person
WHERE s.state = 'suspected_unemployed' AND p.is_willing
