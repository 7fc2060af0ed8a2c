-- One row per file of the newest delivery of 《死亡信息》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.died_on IS NULL THEN 1 END) AS died_on_missing,
    count(CASE WHEN s.source IS NULL THEN 1 END) AS source_missing,
    count(CASE WHEN s.source NOT IN ('公安', '民政', '卫健', '社保') THEN 1 END) AS source_unknown
FROM delivered_deaths s
JOIN quality_units u
    ON u.feed = 'deaths'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
