-- One row per rule and subject key for which the rule holds on the run date, or would hold without its window
-- (`in_window` is false: time ran out, nobody helped).
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
)
SELECT
    rule, subject_key, key_person, key_employer, key_rest, in_window, person, county_code, village_code, level,
    CASE WHEN in_window THEN reason END AS reason,
    instruments
FROM best
WHERE in_window OR NOT holds
