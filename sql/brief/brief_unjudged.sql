-- One row per county that has people, post holders or warnings, and thing for want of which rules can't be judged there,
-- with these rules: a feed that has stopped (since when) or never came, a parameter without a value, no instrument in
-- force.
WITH peopled AS (
    SELECT county_code FROM people
    UNION SELECT county_code FROM post_holders
    UNION SELECT county_code FROM warnings
)
SELECT
    o.county_code, o.obstacle, o.title AS thing, min(o.delivered_on) AS oldest, bool_and(o.partly) AS partly,
    string_agg(r.title, '、' ORDER BY r.rule) AS rules
FROM obstacles o
SEMI JOIN peopled p ON p.county_code = o.county_code
JOIN reference_rules r ON r.rule = o.rule
GROUP BY o.county_code, o.obstacle, o.title
ORDER BY
    o.county_code,
    CASE o.obstacle WHEN 'feed_stopped' THEN 1 WHEN 'feed_never_came' THEN 2 WHEN 'no_value' THEN 3 ELSE 4 END,
    o.title
