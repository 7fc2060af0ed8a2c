-- One row per ledger row on a post without a complete contract. 未签订协议: clause 二、（七）, the employing unit's fault.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '台账显示自' || CAST(h.on_post_from AS VARCHAR)
        || '起在岗，但没有登记完整的协议起止日期；请用人单位与本人补签协议，已签订的由岗位开发主管部门补录。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
WHERE h.contract_from IS NULL OR h.contract_to IS NULL
