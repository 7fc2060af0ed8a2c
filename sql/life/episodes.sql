-- One row per warning, opened on or before the run date: the run dates in a row on which a rule held for a subject, and
-- what it said on the last of them. Worked out from those of the run date before; a new one has no ID yet. Run dates on
-- which the rule could not be judged are passed over.
WITH held AS (
    SELECT * FROM hits WHERE in_window AND is_judged
),
going_on AS (
    SELECT * FROM episodes_before WHERE ended_on IS NULL
),
passed_over AS (
    SELECT DISTINCT rule, county_code FROM unjudged
),
still_so AS (
    -- The rule without its window, or in a county where it could not be judged: nobody was helped.
    SELECT DISTINCT rule, subject_key FROM hits WHERE NOT in_window OR NOT is_judged
)
SELECT
    e.warning_id, h.rule, h.subject_key,
    coalesce(e.opened_on, run.run_date) AS opened_on,
    run.run_date AS last_held_on,
    CAST(NULL AS DATE) AS ended_on,
    FALSE AS is_lapsed, -- matters where it has ended
    h.county_code, h.village_code, h.key_person, h.key_employer, h.key_rest, h.person, h.level, h.reason, h.instruments
FROM held h
CROSS JOIN run
LEFT JOIN going_on e ON e.rule = h.rule AND e.subject_key = h.subject_key
UNION ALL
SELECT
    e.warning_id, e.rule, e.subject_key, e.opened_on, e.last_held_on,
    CASE WHEN p.rule IS NULL THEN run.run_date END,
    s.rule IS NOT NULL,
    e.county_code, e.village_code, e.key_person, e.key_employer, e.key_rest, e.person, e.level, e.reason, e.instruments
FROM going_on e
ANTI JOIN held h ON h.rule = e.rule AND h.subject_key = e.subject_key
CROSS JOIN run
LEFT JOIN passed_over p ON p.rule = e.rule AND p.county_code = e.county_code
LEFT JOIN still_so s ON s.rule = e.rule AND s.subject_key = e.subject_key
UNION ALL
SELECT
    warning_id, rule, subject_key, opened_on, last_held_on, ended_on, is_lapsed,
    county_code, village_code, key_person, key_employer, key_rest, person, level, reason, instruments
FROM episodes_before
WHERE ended_on IS NOT NULL
