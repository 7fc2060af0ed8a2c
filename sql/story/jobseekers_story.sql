-- One row per registration as unemployed, and per its end, of the people asked for.
SELECT
    person,
    registered_on AS happened_on,
    '办理失业登记' AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM jobseekers_latest
UNION ALL
SELECT person, cancelled_on, '失业登记注销', CAST(NULL AS BIGINT), CAST(NULL AS INTEGER), ord
FROM jobseekers_latest
WHERE cancelled_on IS NOT NULL AND year(cancelled_on) < 9999
