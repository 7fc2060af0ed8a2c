-- One row: what is not as it should be in the published table evidence.
WITH of_the_day AS (
    -- Of warnings that hold on the date: of others the evidence may lie in a delivery that came late and was taken up
    -- by an earlier run date only, or in a file that was replaced since.
    SELECT e.*
    FROM mart_evidence e
    JOIN mart_warnings w ON w.warning_id = e.warning_id
    JOIN run ON run.run_date = w.last_held_on
),
repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (
        SELECT warning_id, feed, delivered_on, file, row_number, count(*) AS rows
        FROM of_the_day
        GROUP BY warning_id, feed, delivered_on, file, row_number
    ) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN warning_id IS NULL THEN 1 END) AS key_missing
    FROM mart_evidence
),
orphans AS (
    SELECT count(*) AS without_warning FROM mart_evidence e ANTI JOIN mart_warnings w ON w.warning_id = e.warning_id
),
strangers AS (
    SELECT count(*) AS without_delivery
    FROM of_the_day e
    ANTI JOIN mart_deliveries d ON d.feed = e.feed AND d.delivered_on = e.delivered_on AND d.file = e.file
)
SELECT c.*, r.keys_repeated, o.without_warning, s.without_delivery
FROM counts c
CROSS JOIN repeats r
CROSS JOIN orphans o
CROSS JOIN strangers s
