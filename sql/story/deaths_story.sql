-- One row per report of a death of the people asked for.
SELECT
    person,
    died_on AS happened_on,
    '死亡（信息来源：' || source || '）' AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM deaths_latest
