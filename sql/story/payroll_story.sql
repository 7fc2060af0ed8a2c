-- One row per entry of the people asked for in the rolls of public pay and village cadres.
SELECT
    person,
    from_on AS happened_on,
    '列入' || kind || '名册'
        || CASE
            WHEN to_on IS NULL OR year(to_on) = 9999 THEN ''
            ELSE '，至' || CAST(to_on AS VARCHAR)
        END AS what,
    employer_name_key AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM payroll_latest
