-- One row per county of the newest delivery of 《脱贫人口和防止返贫监测对象名册》: what of its staged rows is not as the feed is
-- declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.household_no IS NULL THEN 1 END) AS household_no_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.village_code IS NULL THEN 1 END) AS village_code_missing,
    count(CASE WHEN length(s.village_code) <> 12 THEN 1 END) AS village_code_misshapen,
    count(CASE WHEN s.household_type IS NULL THEN 1 END) AS household_type_missing,
    count(CASE WHEN s.household_type NOT IN ('脱贫户', '一般农户') THEN 1 END) AS household_type_unknown,
    count(CASE WHEN s.monitor_category NOT IN ('脱贫不稳定户', '边缘易致贫户', '突发严重困难户') THEN 1 END) AS monitor_category_unknown,
    count(CASE WHEN s.low_income NOT IN ('低保', '特困', '低保边缘') THEN 1 END) AS low_income_unknown,
    count(CASE WHEN s.labour IS NULL THEN 1 END) AS labour_missing,
    count(CASE WHEN s.labour NOT IN ('普通劳动力', '技能劳动力', '弱劳动力或半劳动力', '丧失劳动力', '无劳动力') THEN 1 END) AS labour_unknown
FROM delivered_registry s
JOIN quality_units u
    ON u.feed = 'registry' AND u.delivered_on = s.delivered_on AND u.unit = substr(s.village_code, 1, 6) || '|'
GROUP BY u.unit
