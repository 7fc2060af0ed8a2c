-- One row: what is not as it should be in the published table deliveries.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT feed, delivered_on, file, count(*) AS rows FROM mart_deliveries GROUP BY feed, delivered_on, file) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN status NOT IN ('read', 'rejected', 'held') THEN 1 END) AS status_unknown,
        coalesce(sum(abs(read - accepted - quarantined - superseded)), 0) AS rows_unaccounted,
        count(CASE WHEN least(read, accepted, quarantined, superseded) < 0 THEN 1 END) AS rows_negative
    FROM mart_deliveries
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
