-- One row per ledger row on a post whose contract runs out within 30 days. 协议即将到期: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    1 AS level,
    run.run_date <= h.contract_to AS in_window,
    '协议将于' || CAST(h.contract_to AS VARCHAR)
        || '到期；请用人单位提前与本人商定续签或退岗，由岗位开发主管部门更新台账。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
CROSS JOIN run
WHERE h.contract_to <= run.run_date + 30
