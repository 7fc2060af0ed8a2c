-- One row: what is not as it should be in the published table warnings.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT warning_id, count(*) AS rows FROM mart_warnings GROUP BY warning_id) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN warning_id IS NULL THEN 1 END) AS id_missing,
        count(CASE WHEN title IS NULL THEN 1 END) AS rule_unknown,
        count(CASE WHEN level NOT IN ('blue', 'yellow', 'orange', 'red') THEN 1 END) AS level_unknown,
        count(
            CASE WHEN status NOT IN (
                    'open', 'confirmed', 'served', 'dismissed', 'suppressed', 'resolved', 'lapsed'
                ) THEN 1 END
        ) AS status_unknown,
        count(CASE WHEN reason IS NULL THEN 1 END) AS reason_missing,
        count(CASE WHEN county_code IS NULL THEN 1 END) AS county_missing,
        count(CASE WHEN resolved_on <= opened_on OR last_held_on < opened_on THEN 1 END) AS ended_before_opened,
        count(CASE WHEN coalesce(instruments, '') = '' THEN 1 END) AS without_instrument
    FROM mart_warnings
),
bare AS (
    SELECT count(*) AS without_evidence FROM mart_warnings w ANTI JOIN mart_evidence e ON e.warning_id = w.warning_id
),
cited AS (
    SELECT count(*) AS not_in_force
    FROM mart_warnings w
    CROSS JOIN run
    ANTI JOIN mart_rules r ON r.rule = w.rule AND contains(';' || w.instruments || ';', ';' || r.instrument || ';')
    WHERE w.last_held_on = run.run_date
)
SELECT c.*, r.keys_repeated, b.without_evidence, f.not_in_force
FROM counts c
CROSS JOIN repeats r
CROSS JOIN bare b
CROSS JOIN cited f
