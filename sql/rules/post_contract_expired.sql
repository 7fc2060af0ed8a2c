-- One row per ledger row on a post whose contract has run out. 协议到期仍在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '协议已于' || CAST(h.contract_to AS VARCHAR)
        || '到期，台账显示仍在岗；请用人单位续签或办理退岗，已续签的由岗位开发主管部门补录。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
CROSS JOIN run
WHERE h.contract_to < run.run_date
