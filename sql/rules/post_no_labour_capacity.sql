-- One row per ledger row whose holder the registry calls unable to work. 无劳动能力在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '台账显示在岗，而名册登记本人' || p.labour
        || '；请村干部核实实际劳动能力和到岗情况，登记有误的更正名册，确无劳动能力的由岗位开发主管部门按规定处理。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'registry' AS fact_feed,
    p.ord AS fact_ord
FROM post_holders h
JOIN people p ON p.person = h.person AND p.name_key = h.name_key
WHERE p.labour IN ('丧失劳动力', '无劳动力')
