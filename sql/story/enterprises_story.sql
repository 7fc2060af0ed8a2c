-- One row per registered business of the people asked for.
SELECT
    person,
    registered_on AS happened_on,
    '登记市场主体（' || status || '）' AS what,
    entity_name_key AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM enterprises_latest
