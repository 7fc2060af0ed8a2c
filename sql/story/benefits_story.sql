-- One row per benefit paid to the people asked for.
SELECT
    person,
    paid_on AS happened_on,
    '发放' || kind || rtrim(rtrim(CAST(amount AS VARCHAR), '0'), '.') || '元' AS what,
    CAST(NULL AS BIGINT) AS text_key,
    period,
    ord
FROM benefits_latest
