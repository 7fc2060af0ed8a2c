-- One row per file of the newest delivery of 《务工就业信息》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.record_no IS NULL THEN 1 END) AS record_no_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.channel IS NULL THEN 1 END) AS channel_missing,
    count(CASE WHEN s.channel NOT IN ('单位就业', '灵活就业', '帮扶车间', '自主创业', '以工代赈') THEN 1 END) AS channel_unknown,
    count(CASE WHEN s.work_region IS NULL THEN 1 END) AS work_region_missing,
    count(CASE WHEN length(s.work_region) <> 6 THEN 1 END) AS work_region_misshapen,
    count(CASE WHEN s.started_on IS NULL THEN 1 END) AS started_on_missing,
    count(CASE WHEN s.monthly_wage < 0 THEN 1 END) AS monthly_wage_negative,
    count(CASE WHEN s.updated_on IS NULL THEN 1 END) AS updated_on_missing,
    count(CASE WHEN s.ended_on < s.started_on THEN 1 END) AS ended_on_before_started_on
FROM delivered_employment s
JOIN quality_units u
    ON u.feed = 'employment'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
