-- One row per ledger row on a post without accident insurance in force. 未购买意外险: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    3 AS level,
    TRUE AS in_window,
    CASE
        WHEN h.accident_policy_no IS NULL OR h.accident_insured_to IS NULL THEN '在岗但没有登记有效的意外伤害保险'
        ELSE '在岗而意外伤害保险已于' || CAST(h.accident_insured_to AS VARCHAR) || '到期'
    END
        || '；请用人单位为本人购买或续保，已购买的由岗位开发主管部门补录保单号和到期日。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
CROSS JOIN run
WHERE h.accident_policy_no IS NULL
    OR h.accident_insured_to IS NULL
    OR h.accident_insured_to < run.run_date
