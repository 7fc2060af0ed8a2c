-- One row per ledger row whose contract runs longer than one year. 协议期限超过一年: clause 二、（七）.
-- The day before its end is compared as a number, so that a year from 29 February ends on 1 March.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '协议自' || CAST(h.contract_from AS VARCHAR)
        || CASE
            WHEN year(h.contract_to) = 9999 THEN '起没有终止日期'
            ELSE '至' || CAST(h.contract_to AS VARCHAR)
        END
        || '，超过一年；请用人单位按一年一签重新签订，登记有误的由岗位开发主管部门更正。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord
FROM post_holders h
WHERE year(h.contract_to - 1) * 10000 + month(h.contract_to - 1) * 100 + day(h.contract_to - 1)
    >= (year(h.contract_from) + 1) * 10000 + month(h.contract_from) * 100 + day(h.contract_from)
