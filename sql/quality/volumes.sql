-- One row per feed, scope (of a snapshot; else '|') and delivery date: the rows accepted, to compare a delivery with
-- those before it. What is accepted of a held delivery counts here too: it is what came.
SELECT feed, county_code || '|' || coalesce(department, '') AS scope, delivered_on, accepted FROM snapshot_scopes
UNION ALL
SELECT feed, '|', delivered_on, CAST(sum(accepted) AS BIGINT)
FROM deliveries
WHERE feed NOT IN ('registry', 'posts') AND status <> 'rejected'
GROUP BY feed, delivered_on
