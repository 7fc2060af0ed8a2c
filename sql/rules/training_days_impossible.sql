-- One row per training living allowance of a person and period with more days than the month has.
-- 培训天数超过当月: clause 二、（八）.
WITH person_months AS (
    SELECT person, name_key, period, sum(days) AS days
    FROM allowance_payments
    WHERE kind = '培训生活费补助'
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
    a.month || '月份登记培训合计' || rtrim(rtrim(CAST(t.days AS VARCHAR), '0'), '.') || '天，超过当月的'
        || CAST(day(a.last_day) AS VARCHAR) || '天；请人社部门核对培训班次和考勤，登记有误的更正，多发的按规定追回。' AS reason,
    'allowances' AS subject_feed,
    a.ord AS subject_ord
FROM allowance_payments a
JOIN person_months t ON t.person = a.person AND t.name_key = a.name_key AND t.period = a.period
WHERE a.kind = '培训生活费补助' AND t.days > day(a.last_day)
