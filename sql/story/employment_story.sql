-- One row per beginning and end of a record of work of the people asked for.
SELECT
    person,
    started_on AS happened_on,
    '开始务工：' || channel || '，务工所在地代码' || work_region
        || coalesce('，月收入' || rtrim(rtrim(CAST(monthly_wage AS VARCHAR), '0'), '.') || '元', '')
        || '，信息更新于' || CAST(updated_on AS VARCHAR) AS what,
    employer_name_key AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM employment_latest
UNION ALL
SELECT person, ended_on, '务工结束：' || channel, employer_name_key, CAST(NULL AS INTEGER), ord
FROM employment_latest
WHERE ended_on IS NOT NULL AND year(ended_on) < 9999
