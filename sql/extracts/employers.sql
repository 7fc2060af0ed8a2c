-- One row per warning about an employer that is followed up, and name that its insurance rows give it.
SELECT DISTINCT w.warning_id, e.employer_name_key
FROM warnings w
JOIN warning_evidence e ON e.warning_id = w.warning_id
WHERE w.key_employer IS NOT NULL AND w.is_standing
