-- One row per thing for want of which rules can't be judged in counties that have people, post holders or warnings:
-- a feed that has stopped (since when), or never came, a parameter without a value, no instrument in force.
WITH peopled AS (
    SELECT county_code FROM people
    UNION SELECT county_code FROM post_holders
    UNION SELECT county_code FROM warnings
)
SELECT
    o.obstacle, o.title AS thing, min(o.delivered_on) AS oldest,
    count(DISTINCT o.county_code) AS counties,
    count(DISTINCT o.rule) AS rules,
    bool_and(o.partly) AS partly
FROM obstacles o
SEMI JOIN peopled p ON p.county_code = o.county_code
GROUP BY o.obstacle, o.title
ORDER BY
    CASE o.obstacle WHEN 'feed_stopped' THEN 1 WHEN 'feed_never_came' THEN 2 WHEN 'no_value' THEN 3 ELSE 4 END,
    o.title
