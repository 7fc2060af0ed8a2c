-- One row per delivery date, file and kind of 《财政供养和村干部名册》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_payroll
    WHERE NOT superseded
    GROUP BY delivered_on, person, kind, from_on
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    kind AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN kind NOT IN ('财政供养', '村干部') THEN 1 END) AS kind_unknown,
    count(CASE WHEN employer_name_key IS NULL THEN 1 END) AS employer_name_missing,
    count(CASE WHEN from_on IS NULL THEN 1 END) AS from_on_missing,
    count(CASE WHEN to_on < from_on THEN 1 END) AS to_on_before_from_on,
    count(last_ord) AS keys_repeated
FROM measured_payroll
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
