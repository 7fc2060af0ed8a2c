-- One row per county and person or name whom a quarantined ledger row may stand for: as new as the oldest of the
-- newest deliveries of the county's departments. Nobody here is said to hold no post there.
WITH newest AS (
    SELECT county_code, min(delivered_on) AS delivered_on FROM posts_scopes GROUP BY county_code
)
SELECT DISTINCT n.county_code, d.person, d.name_key
FROM doubts d
JOIN newest n ON d.delivered_on >= n.delivered_on
WHERE d.feed = 'posts'
