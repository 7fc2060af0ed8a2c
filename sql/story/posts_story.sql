-- One row per taking up and leaving of a post by the people asked for.
SELECT
    person,
    on_post_from AS happened_on,
    '上岗：' || post_type || '（岗位' || post_no || '，' || department || '，' || funding || '，月补贴标准'
        || rtrim(rtrim(CAST(monthly_standard AS VARCHAR), '0'), '.') || '元）'
        || CASE
            WHEN contract_to IS NULL AND contract_from IS NULL THEN '，未登记协议'
            WHEN contract_to IS NULL THEN '，协议自' || CAST(contract_from AS VARCHAR) || '，未登记终止日期'
            WHEN year(contract_to) = 9999 THEN '，协议无终止日期'
            ELSE '，协议至' || CAST(contract_to AS VARCHAR)
        END
        || CASE
            WHEN accident_insured_to IS NULL AND accident_policy_no IS NULL THEN '，未登记意外险'
            WHEN accident_insured_to IS NULL THEN '，意外险未登记终止日期'
            WHEN year(accident_insured_to) = 9999 THEN '，意外险无终止日期'
            ELSE '，意外险至' || CAST(accident_insured_to AS VARCHAR)
        END AS what,
    employer_name_key AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM posts_latest
UNION ALL
SELECT
    person,
    off_post_on,
    '退岗：岗位' || post_no || coalesce('（' || off_reason || '）', ''),
    employer_name_key,
    CAST(NULL AS INTEGER),
    ord
FROM posts_latest
WHERE off_post_on IS NOT NULL AND year(off_post_on) < 9999
