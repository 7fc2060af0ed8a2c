-- One row per warning that stands on the run date and goes to its county: open, confirmed or served. Dismissed and
-- suppressed ones stay in the warehouse. `household_no` and the contact are given only where the warning's county is
-- that of the registry: another county's bureau learns nothing of a household that is not its own.
WITH standing AS (
    SELECT
        *,
        CASE
            WHEN key_person IS NULL AND key_employer IS NULL AND key_rest LIKE county_code || '|%'
                THEN substr(key_rest, length(county_code) + 2)
        END AS key_household
    FROM warnings
    WHERE status IN ('open', 'confirmed', 'served')
),
households AS (
    SELECT county_code, household_no, village_code, contact_key
    FROM people
    QUALIFY row_number() OVER (
        PARTITION BY county_code, household_no
        ORDER BY CASE WHEN contact_key IS NULL THEN 1 ELSE 0 END, ord
    ) = 1
),
placed AS (
    SELECT
        w.*,
        coalesce(w.key_household, p.household_no) AS household_no,
        coalesce(w.village_code, p.village_code, h.village_code) AS place_code,
        coalesce(p.contact_key, h.contact_key) AS contact_key
    FROM standing w
    LEFT JOIN people p ON p.person = w.person AND p.county_code = w.county_code
    LEFT JOIN households h ON h.county_code = w.county_code AND h.household_no = coalesce(w.key_household, p.household_no)
)
SELECT
    w.county_code,
    w.warning_id,
    w.rule,
    w.subject_key,
    r.title,
    r.list,
    CASE r.list WHEN '帮扶' THEN 1 WHEN '核查' THEN 2 ELSE 3 END AS list_place,
    r.office,
    w.level,
    w.status,
    w.opened_on = run.run_date AS is_new,
    w.is_overdue,
    w.is_service_overdue,
    w.person,
    w.key_employer,
    w.household_no,
    substr(w.place_code, 1, 9) AS township_code,
    t.township,
    w.place_code AS village_code,
    w.contact_key,
    w.reason,
    w.opened_on,
    w.due_on,
    w.outcome,
    w.checked_on,
    w.service,
    w.served_on,
    CASE WHEN w.status = 'confirmed' AND r.list = '帮扶' THEN w.checked_on + CAST(k.serve_within_days AS INTEGER) END
        AS serve_by,
    w.instruments,
    w.last_held_on
FROM placed w
JOIN reference_rules r ON r.rule = w.rule
CROSS JOIN run
LEFT JOIN parameters k ON k.county_code = w.county_code
LEFT JOIN reference_townships t ON t.township_code = substr(w.place_code, 1, 9)
