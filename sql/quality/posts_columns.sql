-- One row per county and department of the newest delivery of 《乡村公益性岗位实名制台账》: what of its staged rows is not as the
-- feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.post_no IS NULL THEN 1 END) AS post_no_missing,
    count(CASE WHEN s.post_type IS NULL THEN 1 END) AS post_type_missing,
    count(CASE WHEN s.department IS NULL THEN 1 END) AS department_missing,
    count(CASE WHEN s.department NOT IN ('人社部门', '农业农村部门', '乡村振兴部门', '林业部门') THEN 1 END) AS department_unknown,
    count(CASE WHEN s.funding IS NULL THEN 1 END) AS funding_missing,
    count(CASE WHEN s.funding NOT IN ('就业补助资金', '衔接资金', '光伏收益', '其他') THEN 1 END) AS funding_unknown,
    count(CASE WHEN s.employer_name_key IS NULL THEN 1 END) AS employer_name_missing,
    count(CASE WHEN s.village_code IS NULL THEN 1 END) AS village_code_missing,
    count(CASE WHEN length(s.village_code) <> 12 THEN 1 END) AS village_code_misshapen,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.on_post_from IS NULL THEN 1 END) AS on_post_from_missing,
    count(CASE WHEN s.monthly_standard IS NULL THEN 1 END) AS monthly_standard_missing,
    count(CASE WHEN s.monthly_standard < 0 THEN 1 END) AS monthly_standard_negative,
    count(CASE WHEN s.off_post_on < s.on_post_from THEN 1 END) AS off_post_on_before_on_post_from,
    count(CASE WHEN s.contract_to < s.contract_from THEN 1 END) AS contract_to_before_contract_from
FROM delivered_posts s
JOIN quality_units u
    ON u.feed = 'posts'
        AND u.delivered_on = s.delivered_on
        AND u.unit = substr(s.village_code, 1, 6) || '|' || s.department
GROUP BY u.unit
