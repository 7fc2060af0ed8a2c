-- One row per ledger row whose holder is younger than 16. 未满十六周岁在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    4 AS level,
    TRUE AS in_window,
    '台账显示在岗，而身份证号显示本人' || CAST(h.age AS VARCHAR)
        || '周岁，未满十六周岁；请村干部核实实际在岗的是谁，由岗位开发主管部门更正台账或办理退岗。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
WHERE h.age < 16
