-- One row per delivery date and file of 《失业登记》: its staged rows, and what of them is not as the feed is declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_jobseekers
    WHERE NOT superseded
    GROUP BY delivered_on, person, registered_on
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    CAST(NULL AS VARCHAR) AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN registered_on IS NULL THEN 1 END) AS registered_on_missing,
    count(CASE WHEN cancelled_on < registered_on THEN 1 END) AS cancelled_on_before_registered_on,
    count(last_ord) AS keys_repeated
FROM measured_jobseekers
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
