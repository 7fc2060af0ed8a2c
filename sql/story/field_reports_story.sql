-- One row per field report on the people asked for.
SELECT
    person,
    reported_on AS happened_on,
    '基层走访上报：' || kind AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM field_reports_latest
