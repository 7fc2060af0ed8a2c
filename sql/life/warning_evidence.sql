-- One row per warning and delivered row that made its rule hold on the latest run date on which it did. `file` is the
-- file's number now; it is NULL, and the row can no longer be looked up, where the file was replaced since.
SELECT
    w.warning_id,
    e.feed,
    e.delivered_on,
    d.file,
    e.row_number,
    CASE WHEN d.file IS NOT NULL THEN e.ord + (d.file - e.file) * 1000000000 END AS ord,
    e.person,
    e.name_key,
    e.employer_name_key
FROM warnings w
JOIN last_evidence e
    ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.last_held_on = w.last_held_on
LEFT JOIN deliveries d ON d.feed = e.feed AND d.delivered_on = e.delivered_on AND d.sha256 = e.sha256
QUALIFY row_number() OVER (
    PARTITION BY w.warning_id, e.feed, e.ord
    ORDER BY CASE WHEN d.file = e.file THEN 0 ELSE 1 END, d.file
) = 1
