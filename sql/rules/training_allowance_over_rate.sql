-- One row per training living allowance above the days at the daily rate of its county and period.
-- 培训生活费超标准: clause 二、（八）.
SELECT
    a.payment_no AS key_rest,
    a.person,
    a.county_code,
    3 AS level,
    TRUE AS in_window,
    a.period,
    a.month || '发放培训生活费补助' || CAST(CAST(a.amount AS DECIMAL(18, 2)) AS VARCHAR) || '元，登记培训'
        || CAST(CAST(coalesce(a.days, 0) AS DECIMAL(18, 1)) AS VARCHAR) || '天，按每天'
        || CAST(CAST(k.training_allowance_daily AS DECIMAL(18, 2)) AS VARCHAR)
        || '元计算超过标准；请人社部门核对培训天数和标准，天数漏记的更正，多发的按规定追回。' AS reason,
    'allowances' AS subject_feed,
    a.ord AS subject_ord
FROM allowance_payments a
JOIN period_parameters k ON k.county_code = a.county_code AND k.period = a.period
WHERE a.kind = '培训生活费补助' AND a.amount > coalesce(a.days, 0) * k.training_allowance_daily
