-- One row per file of the newest delivery of 《市场主体登记》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.uscc IS NULL THEN 1 END) AS uscc_missing,
    count(CASE WHEN s.entity_name_key IS NULL THEN 1 END) AS entity_name_missing,
    count(CASE WHEN s.status IS NULL THEN 1 END) AS status_missing,
    count(CASE WHEN s.status NOT IN ('存续', '注销', '吊销') THEN 1 END) AS status_unknown,
    count(CASE WHEN s.registered_on IS NULL THEN 1 END) AS registered_on_missing
FROM delivered_enterprises s
JOIN quality_units u
    ON u.feed = 'enterprises'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
