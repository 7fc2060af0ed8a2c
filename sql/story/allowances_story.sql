-- One row per employment allowance paid to the people asked for.
SELECT
    a.person,
    a.paid_on AS happened_on,
    '发放' || m.month || a.kind || CAST(CAST(a.amount AS DECIMAL(18, 2)) AS VARCHAR) || '元'
        || coalesce('（' || CAST(CAST(a.days AS DECIMAL(18, 1)) AS VARCHAR) || '天）', '')
        || coalesce('（' || a.status || '）', '') AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    a.ord
FROM allowances_latest a
JOIN months m ON m.period = a.period
