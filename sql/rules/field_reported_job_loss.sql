-- One row per registry person on record as working whom a cadre reported out of work or back home, and report.
-- 基层上报失业返乡: clause 二、（九）; the village knew before the registers did. Of several reports the newest is quoted.
WITH reports AS (
    SELECT f.person, f.name_key, f.kind, f.reported_on, f.ord, f.reported_on > run.run_date - 30 AS in_window
    FROM field_reports f
    CROSS JOIN run
    WHERE f.kind IN ('失业', '返乡') AND f.reported_on <= run.run_date
)
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    p.village_code,
    CASE WHEN p.is_priority THEN 3 ELSE 2 END AS level,
    r.in_window,
    '基层走访于'
        || first_value(CAST(r.reported_on AS VARCHAR) || '上报本人' || r.kind)
            OVER (PARTITION BY p.person ORDER BY r.reported_on DESC, r.kind)
        || '，之后没有查到仍在务工的记录有更新；请帮扶联系人核实本人现在是否在工作，并更新务工信息，确已失业的由乡镇提供就业服务。' AS reason,
    'registry' AS subject_feed,
    p.ord AS subject_ord,
    'field_reports' AS fact_feed,
    r.ord AS fact_ord
FROM states s
JOIN people p ON p.person = s.person
JOIN reports r ON r.person = p.person AND r.name_key = p.name_key
LEFT JOIN work w ON w.person = p.person AND w.name_key = p.name_key
WHERE s.state IN ('employed', 'on_post', 'unverified')
    AND (w.person IS NULL OR w.last_sign_on <= r.reported_on)
