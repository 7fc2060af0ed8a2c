-- One row per delivery date, file and status of 《市场主体登记》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_enterprises
    WHERE NOT superseded
    GROUP BY delivered_on, person, uscc
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    status AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN uscc IS NULL THEN 1 END) AS uscc_missing,
    count(CASE WHEN entity_name_key IS NULL THEN 1 END) AS entity_name_missing,
    count(CASE WHEN status IS NULL THEN 1 END) AS status_missing,
    count(CASE WHEN status NOT IN ('存续', '注销', '吊销') THEN 1 END) AS status_unknown,
    count(CASE WHEN registered_on IS NULL THEN 1 END) AS registered_on_missing,
    count(last_ord) AS keys_repeated
FROM measured_enterprises
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
