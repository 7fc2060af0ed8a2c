-- One row per benefit paid to the people asked for.
SELECT
    person,
    paid_on AS happened_on,
    '发放' || kind || CAST(CAST(amount AS DECIMAL(18, 2)) AS VARCHAR) || '元' AS what,
    CAST(NULL AS BIGINT) AS text_key,
    period,
    ord
FROM benefits_latest
