-- One row per warning about an employer that is followed up: the name its insurance rows give it.
SELECT w.warning_id, min(n.employer_name_key) AS employer_name_key
FROM warnings w
JOIN all_evidence e ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.run_date = w.last_held_on
JOIN evidence_names n ON n.feed = e.feed AND n.ord = e.ord
WHERE w.key_employer IS NOT NULL AND w.status IN ('open', 'confirmed', 'served')
GROUP BY w.warning_id
