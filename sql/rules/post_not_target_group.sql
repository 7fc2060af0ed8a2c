-- One row per ledger row whose holder is in the registry without being of the target group, or is not in the
-- registry where that can be judged. 非帮扶对象在岗: clause 二、（七）; photovoltaic posts are for a narrower group.
WITH missing AS (
    SELECT h.ord
    FROM post_holders h
    SEMI JOIN registry_counties c ON c.county_code = h.county_code
    ANTI JOIN registry r ON r.person = h.person
    ANTI JOIN registry_doubts d ON d.county_code = h.county_code AND d.person = h.person
    ANTI JOIN registry_doubts n ON n.county_code = h.county_code AND n.name_key = h.name_key
),
outside AS (
    SELECT h.ord, r.ord AS registry_ord
    FROM post_holders h
    JOIN registry r ON r.person = h.person
    WHERE r.household_type <> '脱贫户'
        AND r.monitor_category IS NULL
        AND (r.low_income IS NULL OR h.funding = '光伏收益')
),
found AS (
    SELECT ord, NULL AS registry_ord FROM missing
    UNION ALL
    SELECT ord, registry_ord FROM outside
)
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    CASE WHEN h.funding = '其他' THEN 2 ELSE 3 END AS level,
    TRUE AS in_window,
    '台账显示自' || CAST(h.on_post_from AS VARCHAR) || '起在岗（' || h.funding || '），'
        || CASE
            WHEN f.registry_ord IS NULL THEN '但在名册中没有查到本人'
            ELSE '但名册显示本人不属于该岗位的安置对象'
        END
        || '；请村干部核对户籍和身份证号，由岗位开发主管部门确认安置资格或更正台账。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    CASE WHEN f.registry_ord IS NOT NULL THEN 'registry' END AS fact_feed,
    f.registry_ord AS fact_ord
FROM post_holders h
JOIN found f ON f.ord = h.ord
