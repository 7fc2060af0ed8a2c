-- One row per rule and subject key for which the rule holds on the run date, or would hold without its window
-- (`in_window` is false: time ran out, nobody helped). `is_judged` is false where a feed the rule needs has stopped.
WITH best AS (
    SELECT
        rule, subject_key, key_person, key_employer, key_rest, in_window, person, level, reason, instruments,
        min(county_code) OVER (PARTITION BY rule, subject_key, in_window) AS county_code,
        min(village_code) OVER (PARTITION BY rule, subject_key, in_window) AS village_code,
        bool_or(in_window) OVER (PARTITION BY rule, subject_key) AS holds
    FROM rows_in_force
    QUALIFY row_number() OVER (
        PARTITION BY rule, subject_key, in_window
        ORDER BY level DESC, reason, person
    ) = 1
),
unjudged_rules AS (
    SELECT DISTINCT rule, county_code FROM unjudged
)
SELECT
    b.rule, b.subject_key, b.key_person, b.key_employer, b.key_rest, b.in_window, b.person, b.county_code, b.village_code,
    b.level,
    CASE WHEN b.in_window THEN b.reason END AS reason,
    b.instruments,
    u.rule IS NULL AS is_judged
FROM best b
LEFT JOIN unjudged_rules u ON u.rule = b.rule AND u.county_code = b.county_code
WHERE b.in_window OR NOT b.holds
