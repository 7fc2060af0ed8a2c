-- One row per file of the newest delivery of 《基层走访上报》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.report_no IS NULL THEN 1 END) AS report_no_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.reported_on IS NULL THEN 1 END) AS reported_on_missing,
    count(CASE WHEN s.kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN s.kind NOT IN ('失业', '返乡', '空岗', '顶岗', '其他') THEN 1 END) AS kind_unknown
FROM delivered_field_reports s
JOIN quality_units u
    ON u.feed = 'field_reports'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
