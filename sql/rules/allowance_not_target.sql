-- One row per allowance to somebody in the registry without being of its target group, or not in the registry where
-- that can be judged. 非帮扶对象领取就业补贴: clauses 二、（一）（四）（八）.
WITH missing AS (
    SELECT a.ord
    FROM allowance_payments a
    SEMI JOIN registry_counties c ON c.county_code = a.county_code
    ANTI JOIN registry r ON r.person = a.person
    ANTI JOIN registry_doubts d ON d.county_code = a.county_code AND d.person = a.person
    ANTI JOIN registry_doubts n ON n.county_code = a.county_code AND n.name_key = a.name_key
),
outside AS (
    SELECT a.ord, r.ord AS registry_ord
    FROM allowance_payments a
    JOIN registry r ON r.person = a.person
    WHERE r.household_type <> '脱贫户'
        AND (a.kind <> '培训生活费补助' OR (r.monitor_category IS NULL AND r.low_income IS NULL))
),
found AS (
    SELECT ord, NULL AS registry_ord FROM missing
    UNION ALL
    SELECT ord, registry_ord FROM outside
)
SELECT
    a.payment_no AS key_rest,
    a.person,
    a.county_code,
    2 AS level,
    TRUE AS in_window,
    a.period,
    CAST(a.paid_on AS VARCHAR) || '发放' || a.month || '月份' || a.kind || rtrim(rtrim(CAST(a.amount AS VARCHAR), '0'), '.') || '元，'
        || CASE
            WHEN f.registry_ord IS NULL THEN '但在名册中没有查到本人'
            ELSE '但名册显示本人不属于该补贴的对象'
        END
        || '；请人社部门核对身份证号和发放时的身份，名册漏登的补登，不符合条件的按规定处理。' AS reason,
    'allowances' AS subject_feed,
    a.ord AS subject_ord,
    CASE WHEN f.registry_ord IS NOT NULL THEN 'registry' END AS fact_feed,
    f.registry_ord AS fact_ord
FROM allowance_payments a
JOIN found f ON f.ord = a.ord
