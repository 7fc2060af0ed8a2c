-- One row per warning that does not hold on the run date and delivered row that made it hold when it last did. Worked out
-- from what was known on the run date before.
SELECT
    k.rule, k.subject_key, k.last_held_on, k.feed, k.ord, k.delivered_on, k.file, k.row_number, k.sha256,
    k.person, k.name_key, k.employer_name_key
FROM evidence_before k
CROSS JOIN run
SEMI JOIN episodes e ON e.rule = k.rule AND e.subject_key = k.subject_key AND e.last_held_on = k.last_held_on
WHERE k.last_held_on < run.run_date
