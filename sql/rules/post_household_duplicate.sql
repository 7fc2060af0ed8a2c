-- One row per registry household with more members on posts than allowed, and ledger row.
-- 一户多岗: clause 二、（七）; off where the parameter has no value.
WITH family_holders AS (
    SELECT p.county_code, p.household_no, p.village_code, h.person, h.ord, p.ord AS registry_ord
    FROM post_holders h
    JOIN people p ON p.person = h.person AND p.name_key = h.name_key
),
households AS (
    SELECT county_code, household_no, min(village_code) AS village_code, count(DISTINCT person) AS persons
    FROM family_holders
    GROUP BY county_code, household_no
)
SELECT
    f.county_code || '|' || f.household_no AS key_rest,
    f.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '同一户有' || CAST(h.persons AS VARCHAR) || '人在公益性岗位上岗，超过每户' || CAST(k.household_posts_max AS VARCHAR)
        || '人的限额；请村干部核对户籍和家庭困难情况，由岗位开发主管部门确认保留或调整岗位。' AS reason,
    'posts' AS subject_feed,
    f.ord AS subject_ord,
    'registry' AS fact_feed,
    f.registry_ord AS fact_ord
FROM family_holders f
JOIN households h ON h.county_code = f.county_code AND h.household_no = f.household_no
JOIN parameters k ON k.county_code = f.county_code
WHERE h.persons > k.household_posts_max
