-- One row per delivery date, county, department, file, township and funding of 《乡村公益性岗位实名制台账》: its staged rows, and
-- what of them is not as the feed is declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_posts
    WHERE NOT superseded
    GROUP BY delivered_on, post_no, person, on_post_from
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    substr(village_code, 1, 6) AS county_code,
    department AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    substr(village_code, 1, 9) AS township_code,
    funding AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN post_no IS NULL THEN 1 END) AS post_no_missing,
    count(CASE WHEN post_type IS NULL THEN 1 END) AS post_type_missing,
    count(CASE WHEN department IS NULL THEN 1 END) AS department_missing,
    count(CASE WHEN department NOT IN ('人社部门', '农业农村部门', '乡村振兴部门', '林业部门') THEN 1 END) AS department_unknown,
    count(CASE WHEN funding IS NULL THEN 1 END) AS funding_missing,
    count(CASE WHEN funding NOT IN ('就业补助资金', '衔接资金', '光伏收益', '其他') THEN 1 END) AS funding_unknown,
    count(CASE WHEN employer_name_key IS NULL THEN 1 END) AS employer_name_missing,
    count(CASE WHEN village_code IS NULL THEN 1 END) AS village_code_missing,
    count(CASE WHEN length(village_code) <> 12 THEN 1 END) AS village_code_misshapen,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN on_post_from IS NULL THEN 1 END) AS on_post_from_missing,
    count(CASE WHEN monthly_standard IS NULL THEN 1 END) AS monthly_standard_missing,
    count(CASE WHEN monthly_standard < 0 THEN 1 END) AS monthly_standard_negative,
    count(CASE WHEN off_post_on < on_post_from THEN 1 END) AS off_post_on_before_on_post_from,
    count(CASE WHEN contract_to < contract_from THEN 1 END) AS contract_to_before_contract_from,
    count(last_ord) AS keys_repeated
FROM measured_posts
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
