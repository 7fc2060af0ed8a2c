-- One row per answer that came back in the last 30 days and is not used as it was meant: where it stood, what was typed,
-- and why. It is shown to its warning's county; where nobody knows the warning, to the one county its file answers.
WITH accepted AS (
    SELECT
        s.warning_id, s.outcome, s.checked_on, s.service, s.served_on, s.delivered_on,
        CAST(s.ord // 1000000000 % 10000 AS INTEGER) AS file, s.ord % 1000000000 AS row_number
    FROM staged_feedback s
    CROSS JOIN run
    WHERE NOT s.superseded AND s.delivered_on > run.run_date - 30
),
answered AS (
    SELECT a.*, w.opened_on, w.warning_id IS NULL AS is_unknown
    FROM accepted a
    LEFT JOIN warnings w ON w.warning_id = a.warning_id
),
contradicted AS (
    -- Of two answers to a warning with the same date the later row of the file counts: which was meant, only who typed
    -- them knows.
    SELECT
        s.delivered_on, a.file, CAST(s.ord % 1000000000 AS BIGINT) AS row_number, s.warning_id, s.outcome
    FROM staged_feedback s
    JOIN accepted a
        ON a.warning_id = s.warning_id AND a.checked_on = s.checked_on AND a.delivered_on = s.delivered_on
        AND a.file = s.ord // 1000000000 % 10000
    WHERE s.superseded AND s.outcome <> a.outcome
),
faults AS (
    SELECT delivered_on, file, row_number, warning_id, reason, faulty_column, cell FROM quarantined_answers
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'unknown_warning', 'warning_id', warning_id
    FROM answered
    WHERE is_unknown
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'checked_before_opened', 'checked_on', CAST(checked_on AS VARCHAR)
    FROM answered
    WHERE checked_on < opened_on
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'checked_after_delivery', 'checked_on', CAST(checked_on AS VARCHAR)
    FROM answered
    WHERE NOT is_unknown AND checked_on > delivered_on
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'service_incomplete',
        CASE WHEN service IS NULL THEN 'service' ELSE 'served_on' END, CAST(NULL AS VARCHAR)
    FROM answered
    WHERE NOT is_unknown AND outcome = '属实' AND (service IS NULL) <> (served_on IS NULL)
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'answered_twice', 'outcome', outcome FROM contradicted
),
named AS (
    SELECT delivered_on, file, warning_id FROM accepted
    UNION ALL
    SELECT delivered_on, file, warning_id FROM quarantined_answers
),
file_counties AS (
    SELECT n.delivered_on, n.file, min(w.county_code) AS county_code
    FROM named n
    JOIN warnings w ON w.warning_id = n.warning_id
    GROUP BY n.delivered_on, n.file
    HAVING count(DISTINCT w.county_code) = 1
),
placed AS (
    SELECT f.*, coalesce(w.county_code, c.county_code) AS county_code, w.resolved_on
    FROM faults f
    LEFT JOIN warnings w ON w.warning_id = f.warning_id
    LEFT JOIN file_counties c ON w.warning_id IS NULL AND c.delivered_on = f.delivered_on AND c.file = f.file
),
standing AS (
    -- What was answered again since, and what has ended, nobody need mend.
    SELECT p.*
    FROM placed p
    ANTI JOIN accepted a
        ON a.warning_id = p.warning_id
        AND (
            a.delivered_on > p.delivered_on
            OR (a.delivered_on = p.delivered_on AND a.file > p.file)
            OR (
                a.delivered_on = p.delivered_on AND a.file = p.file AND a.row_number > p.row_number
                AND p.reason <> 'answered_twice'
            )
        )
    WHERE p.county_code IS NOT NULL AND p.resolved_on IS NULL
)
SELECT county_code, delivered_on, file, row_number, warning_id, faulty_column, cell, reason
FROM standing
