-- One row per employment allowance paid to the people asked for.
SELECT
    a.person,
    a.paid_on AS happened_on,
    '发放' || m.month || a.kind || rtrim(rtrim(CAST(a.amount AS VARCHAR), '0'), '.') || '元'
        || coalesce('（' || rtrim(rtrim(CAST(a.days AS VARCHAR), '0'), '.') || '天）', '')
        || coalesce('（' || a.status || '）', '') AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    a.ord
FROM allowances_latest a
JOIN months m ON m.period = a.period
