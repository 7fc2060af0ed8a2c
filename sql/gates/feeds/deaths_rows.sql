-- One row per delivery date, file and source of 《死亡信息》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_deaths
    WHERE NOT superseded
    GROUP BY delivered_on, person, source
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    source AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN died_on IS NULL THEN 1 END) AS died_on_missing,
    count(CASE WHEN source IS NULL THEN 1 END) AS source_missing,
    count(CASE WHEN source NOT IN ('公安', '民政', '卫健', '社保') THEN 1 END) AS source_unknown,
    count(last_ord) AS keys_repeated
FROM measured_deaths
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
