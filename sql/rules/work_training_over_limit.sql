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
    a.month || '发放以工代训补贴' || CAST(CAST(t.amount AS DECIMAL(18, 2)) AS VARCHAR) || '元，为本人第'
        || CAST(t.nth_month AS VARCHAR)
        || '个月；规定每人每月不超过200元、最长6个月、执行到2021年12月，请人社部门核对发放依据，补发的注明，多发的按规定追回。' AS reason,
    'allowances' AS subject_feed,
    a.ord AS subject_ord
FROM allowance_payments a
JOIN person_months t ON t.person = a.person AND t.name_key = a.name_key AND t.period = a.period
WHERE a.kind = '以工代训补贴' AND (t.amount > 200 OR t.nth_month > 6 OR a.period > 2021 * 12 + 11)
