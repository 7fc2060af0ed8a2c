-- One row per warning as it stands on the run date: its life, its status by feedback, and when it is due.
-- A warning is a clue to be checked, never a verdict. One that stands is followed up: it has not ended, and was not found
-- wrong. `household_no` is of those about a household.
WITH answered AS (
    SELECT e.warning_id, f.outcome, f.checked_on, f.service, f.served_on
    FROM episodes e
    JOIN feedback f ON f.warning_id = e.warning_id
    WHERE f.checked_on >= e.opened_on
    QUALIFY row_number() OVER (PARTITION BY e.warning_id ORDER BY f.checked_on DESC) = 1
),
earlier_answers AS (
    SELECT e.warning_id, f.outcome, f.checked_on
    FROM episodes e
    JOIN episodes b ON b.rule = e.rule AND b.subject_key = e.subject_key AND b.opened_on < e.opened_on
    JOIN feedback f ON f.warning_id = b.warning_id AND f.checked_on >= b.opened_on
    QUALIFY row_number() OVER (PARTITION BY e.warning_id ORDER BY f.checked_on DESC, f.ord DESC) = 1
),
stated AS (
    SELECT
        e.*, a.outcome, a.checked_on, a.service, a.served_on,
        e.opened_on + t.verify_within_days AS due_on,
        CASE
            WHEN e.ended_on IS NOT NULL AND e.is_lapsed THEN 'lapsed'
            WHEN e.ended_on IS NOT NULL THEN 'resolved'
            WHEN a.outcome = '属实' AND a.service IS NOT NULL AND a.served_on <= run.run_date THEN 'served'
            WHEN a.outcome = '属实' THEN 'confirmed'
            WHEN a.outcome = '不属实' THEN 'dismissed'
            WHEN b.outcome = '不属实' AND b.checked_on <= e.opened_on
                AND e.opened_on <= b.checked_on + t.dismissal_days THEN 'suppressed'
            ELSE 'open'
        END AS status
    FROM episodes e
    CROSS JOIN run
    LEFT JOIN settings_then t ON t.opened_on = e.opened_on AND t.county_code = e.county_code
    LEFT JOIN answered a ON a.warning_id = e.warning_id
    LEFT JOIN earlier_answers b ON b.warning_id = e.warning_id
)
SELECT
    s.warning_id,
    s.rule,
    s.subject_key,
    s.key_person,
    s.key_employer,
    s.key_rest,
    CASE WHEN s.person IS NULL AND s.key_employer IS NULL THEN substr(s.key_rest, 8) END AS household_no,
    s.person,
    s.county_code,
    s.village_code,
    s.level,
    s.status,
    s.status IN ('open', 'confirmed', 'served') AS is_standing,
    s.opened_on,
    s.last_held_on,
    s.ended_on AS resolved_on,
    s.due_on,
    s.outcome,
    s.checked_on,
    s.service,
    s.served_on,
    s.status = 'open' AND coalesce(run.run_date > s.due_on, FALSE) AS is_overdue,
    s.status = 'confirmed'
        AND r.list = '帮扶'
        AND coalesce(run.run_date > s.checked_on + k.serve_within_days, FALSE) AS is_service_overdue,
    s.reason,
    s.instruments
FROM stated s
CROSS JOIN run
LEFT JOIN parameters k ON k.county_code = s.county_code
LEFT JOIN reference_rules r ON r.rule = s.rule
