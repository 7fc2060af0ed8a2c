-- One row per county and feed that has stopped there on the run date: its newest delivery is too old to judge by.
-- A feed without an age limit never counts as stopped, nor does one that never came.
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
SELECT n.county_code, n.feed, n.delivered_on
FROM newest n
JOIN parameter_values v ON v.county_code = n.county_code AND v.parameter = 'max_age_' || n.feed
CROSS JOIN run
WHERE n.delivered_on < run.run_date - CAST(v.value AS INTEGER)
