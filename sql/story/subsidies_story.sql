-- One row per post subsidy paid to the people asked for.
SELECT
    s.person,
    s.paid_on AS happened_on,
    '发放' || m.month || '岗位补贴' || rtrim(rtrim(CAST(s.amount AS VARCHAR), '0'), '.') || '元（岗位' || s.post_no
        || coalesce('，出勤' || rtrim(rtrim(CAST(s.attended_days AS VARCHAR), '0'), '.') || '天', '')
        || coalesce('，' || s.status, '') || '）' AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    s.ord
FROM subsidies_latest s
JOIN months m ON m.period = s.period
