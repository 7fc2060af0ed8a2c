-- One row per payment above the minimum wage of its county on the last day of its period.
-- 补贴超最低工资: clause 二、（七）.
SELECT
    s.person AS key_person,
    s.month AS key_rest,
    s.person,
    s.county_code,
    2 AS level,
    s.in_window,
    s.period,
    CAST(s.paid_on AS VARCHAR) || '发放' || s.month || '月份岗位补贴' || rtrim(rtrim(CAST(s.amount AS VARCHAR), '0'), '.') || '元，高于当月最低工资标准'
        || rtrim(rtrim(CAST(k.minimum_wage AS VARCHAR), '0'), '.')
        || '元；请岗位开发主管部门核对是否补发往月（补发的注明）或多发，多发的按规定追回。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord
FROM payments s
JOIN period_parameters k ON k.county_code = s.county_code AND k.period = s.period
WHERE s.amount > k.minimum_wage
