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
    s.month || '发放岗位补贴' || CAST(CAST(s.amount AS DECIMAL(18, 2)) AS VARCHAR) || '元，高于当月最低工资标准'
        || CAST(CAST(k.minimum_wage AS DECIMAL(18, 2)) AS VARCHAR)
        || '元；请岗位开发主管部门核对是否补发往月（补发的注明）或多发，多发的按规定追回。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord
FROM payments s
JOIN period_parameters k ON k.county_code = s.county_code AND k.period = s.period
WHERE s.amount > k.minimum_wage
