-- One row per delivery date, county, file, township and labour of 《脱贫人口和防止返贫监测对象名册》: its staged rows, and what of
-- them is not as the feed is declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_registry
    WHERE NOT superseded
    GROUP BY delivered_on, person
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    substr(village_code, 1, 6) AS county_code,
    CAST(NULL AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    substr(village_code, 1, 9) AS township_code,
    labour AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN household_no IS NULL THEN 1 END) AS household_no_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN village_code IS NULL THEN 1 END) AS village_code_missing,
    count(CASE WHEN length(village_code) <> 12 THEN 1 END) AS village_code_misshapen,
    count(CASE WHEN household_type IS NULL THEN 1 END) AS household_type_missing,
    count(CASE WHEN household_type NOT IN ('脱贫户', '一般农户') THEN 1 END) AS household_type_unknown,
    count(CASE WHEN monitor_category NOT IN ('脱贫不稳定户', '边缘易致贫户', '突发严重困难户') THEN 1 END) AS monitor_category_unknown,
    count(CASE WHEN low_income NOT IN ('低保', '特困', '低保边缘') THEN 1 END) AS low_income_unknown,
    count(CASE WHEN labour IS NULL THEN 1 END) AS labour_missing,
    count(CASE WHEN labour NOT IN ('普通劳动力', '技能劳动力', '弱劳动力或半劳动力', '丧失劳动力', '无劳动力') THEN 1 END) AS labour_unknown,
    count(last_ord) AS keys_repeated
FROM measured_registry
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
