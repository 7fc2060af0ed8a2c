-- One row per ledger row whose holder a cadre reported absent or replaced by somebody, and report.
-- 基层上报空岗顶岗: clause 二、（七）. Of several reports the newest is quoted.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    3 AS level,
    f.reported_on > run.run_date - 60 AS in_window,
    '基层走访于'
        || first_value(CAST(f.reported_on AS VARCHAR) || '上报' || f.kind)
            OVER (PARTITION BY h.person, h.post_no ORDER BY f.reported_on DESC, f.kind)
        || '，台账显示仍在岗；请乡镇到岗位核实实际在岗的是谁，由岗位开发主管部门处理或更正台账。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'field_reports' AS fact_feed,
    f.ord AS fact_ord
FROM post_holders h
JOIN field_reports f ON f.person = h.person AND f.name_key = h.name_key
CROSS JOIN run
WHERE f.kind IN ('空岗', '顶岗') AND f.reported_on <= run.run_date AND f.reported_on >= h.on_post_from
