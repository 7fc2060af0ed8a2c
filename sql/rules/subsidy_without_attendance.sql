-- One row per payment for a month in which its person attended on no day though days were required.
-- 零出勤发放补贴: clause 二、（七）.
SELECT
    s.person AS key_person,
    s.month AS key_rest,
    s.person,
    s.county_code,
    2 AS level,
    s.in_window,
    s.period,
    s.month || '月份出勤天数为0，仍发放岗位补贴' || rtrim(rtrim(CAST(s.amount AS VARCHAR), '0'), '.')
        || '元；请用人单位提供考勤，由岗位开发主管部门核对，考勤漏记的更正，确未出勤的按规定处理。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord
FROM payments s
WHERE s.attended_days = 0 AND coalesce(s.required_days, 1) <> 0
