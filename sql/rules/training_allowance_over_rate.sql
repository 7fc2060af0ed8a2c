-- One row per training living allowance above the days at the daily rate of its county and period.
-- 培训生活费超标准: clause 二、（八）.
SELECT
    a.payment_no AS key_rest,
    a.person,
    a.county_code,
    3 AS level,
    TRUE AS in_window,
    a.period,
    CAST(a.paid_on AS VARCHAR) || '发放' || a.month || '月份培训生活费补助' || rtrim(rtrim(CAST(a.amount AS VARCHAR), '0'), '.') || '元，'
        || coalesce('登记培训' || rtrim(rtrim(CAST(a.days AS VARCHAR), '0'), '.') || '天', '没有登记培训天数') || '，按每天'
        || rtrim(rtrim(CAST(k.training_allowance_daily AS VARCHAR), '0'), '.')
        || '元计算超过标准；请人社部门核对培训天数和标准，天数漏记的更正，多发的按规定追回。' AS reason,
    'allowances' AS subject_feed,
    a.ord AS subject_ord
FROM allowance_payments a
JOIN period_parameters k ON k.county_code = a.county_code AND k.period = a.period
WHERE a.kind = '培训生活费补助' AND a.amount > coalesce(a.days, 0) * k.training_allowance_daily
