-- One row per ledger row whose holder owns a registered business, and row of that register.
-- 在岗人员有经营主体: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '台账显示在岗，而市场主体登记显示本人名下有' || CAST(e.registered_on AS VARCHAR)
        || '成立的存续主体；请村干部核实是否实际经营（挂名、合作社成员或已停业的注明），由岗位开发主管部门确认安置资格。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'enterprises' AS fact_feed,
    e.ord AS fact_ord
FROM post_holders h
JOIN enterprises e ON e.person = h.person AND e.name_key = h.name_key
CROSS JOIN run
WHERE e.status = '存续' AND e.registered_on <= run.run_date
