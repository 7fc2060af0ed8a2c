-- One row per ledger row whose holder has reached the age at which posts end. 超龄在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '台账显示在岗，而身份证号显示本人' || CAST(h.age AS VARCHAR) || '周岁，已达到' || CAST(k.post_age_max AS VARCHAR)
        || '周岁的在岗年龄上限；请村干部核实身体和到岗情况，由岗位开发主管部门按规定确认是否退岗。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
JOIN parameters k ON k.county_code = h.county_code
WHERE h.age >= k.post_age_max
