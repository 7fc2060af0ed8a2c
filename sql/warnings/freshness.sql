-- One row per county and feed that came for it: the newest delivery there is to judge by on the run date, and whether
-- the feed has stopped: that delivery is too old. A feed without an age limit never counts as stopped.
WITH newest AS (
    SELECT county_code, 'registry' AS feed, delivered_on FROM registry_scopes
    UNION ALL
    SELECT county_code, 'posts', max(delivered_on) FROM posts_scopes GROUP BY county_code
    UNION ALL
    SELECT c.county_code, d.feed, max(d.delivered_on)
    FROM deliveries d
    CROSS JOIN counties c
    WHERE d.status = 'read' AND d.feed NOT IN ('registry', 'posts')
    GROUP BY c.county_code, d.feed
)
SELECT
    n.county_code, n.feed, n.delivered_on,
    coalesce(n.delivered_on < run.run_date - CAST(v.value AS INTEGER), FALSE) AS has_stopped
FROM newest n
CROSS JOIN run
LEFT JOIN parameter_values v ON v.county_code = n.county_code AND v.parameter = 'max_age_' || n.feed
