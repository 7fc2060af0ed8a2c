-- One row per ledger row whose holder the registry calls a student. 在校生在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '台账显示在岗，而名册登记本人为在校生；请村干部核实是否仍在校，已毕业的更正名册，在校的由岗位开发主管部门办理退岗。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'registry' AS fact_feed,
    p.ord AS fact_ord
FROM post_holders h
JOIN people p ON p.person = h.person AND p.name_key = h.name_key
WHERE p.is_student
