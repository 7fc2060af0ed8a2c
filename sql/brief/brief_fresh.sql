-- One row per county with people, post holders or warnings, and feed that came for it: the newest delivery to judge by.
WITH peopled AS (
    SELECT county_code FROM people
    UNION SELECT county_code FROM post_holders
    UNION SELECT county_code FROM warnings
)
SELECT f.county_code, f.feed, f.delivered_on, f.has_stopped
FROM freshness f
SEMI JOIN peopled p ON p.county_code = f.county_code
ORDER BY f.county_code, f.feed
