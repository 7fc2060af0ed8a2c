-- One row per work-training payment of a person and period beyond the amount, the months or the last month allowed.
-- 以工代训补贴超限: clause 二、（四）: 200 yuan a month for at most six months, until the end of 2021.
WITH person_months AS (
    SELECT
        person,
        name_key,
        period,
        sum(amount) AS amount,
        row_number() OVER (PARTITION BY person, name_key ORDER BY period) AS nth_month
    FROM allowance_payments
    WHERE kind = '以工代训补贴'
    GROUP BY person, name_key, period
)
SELECT
    a.person AS key_person,
    a.month AS key_rest,
    a.person,
    a.county_code,
    3 AS level,
    TRUE AS in_window,
    a.period,
    '发放' || a.month || '月份以工代训补贴' || rtrim(rtrim(CAST(t.amount AS VARCHAR), '0'), '.') || '元，为本人第'
        || CAST(t.nth_month AS VARCHAR)
        || '个月；规定每人每月不超过200元、最长6个月、执行到2021年12月，请人社部门核对发放依据，补发的注明，多发的按规定追回。' AS reason,
    'allowances' AS subject_feed,
    a.ord AS subject_ord,
    CASE WHEN b.ord IS NOT NULL THEN 'allowances' END AS fact_feed,
    b.ord AS fact_ord
FROM allowance_payments a
JOIN person_months t ON t.person = a.person AND t.name_key = a.name_key AND t.period = a.period
LEFT JOIN allowance_payments b
    ON b.person = a.person AND b.name_key = a.name_key AND b.kind = a.kind AND b.period < a.period AND t.nth_month > 6
WHERE a.kind = '以工代训补贴' AND (t.amount > 200 OR t.nth_month > 6 OR a.period > 2021 * 12 + 11)
