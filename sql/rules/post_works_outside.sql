-- One row per ledger row whose holder is on fresh record as employed in another prefecture, and record.
-- 在岗期间外出务工: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    3 AS level,
    w.updated_on >= run.run_date - k.stale_days AS in_window,
    '台账显示自' || CAST(h.on_post_from AS VARCHAR) || '起在岗，而' || CAST(w.updated_on AS VARCHAR)
        || '更新的务工信息显示本人在外市单位就业；请村干部核实本人是否实际到岗，由岗位开发主管部门处理，务工信息有误的更正。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'employment' AS fact_feed,
    w.ord AS fact_ord
FROM post_holders h
JOIN parameters k ON k.county_code = h.county_code
JOIN working_records w ON w.person = h.person AND w.name_key = h.name_key
CROSS JOIN run
WHERE w.channel = '单位就业'
    AND w.updated_on >= h.on_post_from
    AND substr(w.work_region, 1, 4) <> substr(h.village_code, 1, 4)
