-- One row per warning and delivered row that made its rule hold on the latest run date on which it did. Worked out from
-- those of the run date before.
WITH known AS (
    SELECT
        rule, subject_key, last_held_on, feed, ord, delivered_on, file, row_number, sha256,
        person, name_key, employer_name_key
    FROM last_evidence_before
    UNION ALL
    SELECT
        e.rule, e.subject_key, run.run_date, e.feed, e.ord, e.delivered_on, e.file, e.row_number, e.sha256,
        e.person, e.name_key, e.employer_name_key
    FROM evidence e
    CROSS JOIN run
)
SELECT k.*
FROM known k
SEMI JOIN episodes e ON e.rule = k.rule AND e.subject_key = k.subject_key AND e.last_held_on = k.last_held_on
