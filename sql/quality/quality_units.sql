-- One row per thing that is judged of a feed: of a snapshot each scope (county, department), of another feed each
-- file of its newest delivery date. A county that should have come and didn't has no delivery date: nothing can be
-- judged there.
WITH scopes AS (
    SELECT feed, county_code, department AS part, max(delivered_on) AS delivered_on
    FROM snapshot_scopes
    GROUP BY feed, county_code, department
),
expected AS (
    SELECT DISTINCT f.feed, s.county_code
    FROM scopes s
    CROSS JOIN (SELECT feed FROM feed_names WHERE feed IN ('registry', 'posts')) f
),
newest AS (
    SELECT feed, max(delivered_on) AS delivered_on FROM deliveries GROUP BY feed
),
units AS (
    SELECT feed, county_code, part, delivered_on FROM scopes
    UNION ALL
    SELECT e.feed, e.county_code, NULL, NULL
    FROM expected e
    ANTI JOIN scopes s ON s.feed = e.feed AND s.county_code = e.county_code
    UNION ALL
    SELECT d.feed, NULL, CAST(d.file AS VARCHAR), d.delivered_on
    FROM deliveries d
    SEMI JOIN newest n ON n.feed = d.feed AND n.delivered_on = d.delivered_on
    WHERE d.feed NOT IN ('registry', 'posts')
    UNION ALL
    SELECT f.feed, NULL, NULL, NULL -- nothing came of it; of a snapshot, nothing that could be read
    FROM feed_names f
    ANTI JOIN (
        SELECT feed FROM newest WHERE feed NOT IN ('registry', 'posts') UNION SELECT feed FROM expected
    ) n ON n.feed = f.feed
)
SELECT feed, county_code, part, delivered_on, coalesce(county_code, '') || '|' || coalesce(part, '') AS unit
FROM units
