-- One row per county, rule and level with warnings that stand on the date or changed since the run date before: how
-- many stand, how many of them are due, and what became of how many. A rule that was taken out of rules.csv is in no list.
WITH answered_before AS (
    SELECT w.warning_id, f.outcome, f.service, f.served_on
    FROM warnings w
    JOIN feedback_before f ON f.warning_id = w.warning_id AND f.checked_on >= w.opened_on
    QUALIFY row_number() OVER (PARTITION BY w.warning_id ORDER BY f.checked_on DESC) = 1
),
counted AS (
    SELECT
        w.*,
        w.opened_on = run.run_date AS is_new,
        w.resolved_on = run.run_date AS is_ended,
        b.outcome = '属实' AND b.service IS NOT NULL AND b.served_on <= p.run_date AS was_served,
        b.outcome = '不属实' AS was_dismissed,
        CAST(run.run_date + 3 AS DATE) AS soon
    FROM warnings w
    SEMI JOIN reference_rules r ON r.rule = w.rule
    CROSS JOIN run
    CROSS JOIN run_before p
    LEFT JOIN answered_before b ON b.warning_id = w.warning_id
)
SELECT
    county_code, rule, level,
    count(CASE WHEN is_standing THEN 1 END) AS standing,
    count(CASE WHEN is_new AND status <> 'suppressed' THEN 1 END) AS opened,
    count(CASE WHEN is_ended AND status = 'resolved' THEN 1 END) AS resolved,
    count(CASE WHEN is_ended AND status = 'lapsed' THEN 1 END) AS lapsed,
    count(CASE WHEN status = 'served' AND NOT coalesce(was_served, FALSE) THEN 1 END) AS served,
    count(CASE WHEN status = 'dismissed' AND NOT coalesce(was_dismissed, FALSE) THEN 1 END) AS dismissed,
    count(CASE WHEN is_overdue THEN 1 END) AS overdue,
    count(CASE WHEN is_service_overdue THEN 1 END) AS service_overdue,
    count(CASE WHEN status = 'open' AND NOT is_overdue AND due_on <= soon THEN 1 END) AS due_soon
FROM counted
GROUP BY county_code, rule, level
ORDER BY county_code, rule, level
