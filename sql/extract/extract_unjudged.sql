-- One row per county and feed that has stopped there: since when, and which rules could not be judged for want of it.
SELECT
    u.county_code,
    n.chinese,
    min(u.delivered_on) AS delivered_on,
    string_agg(DISTINCT r.title, '、' ORDER BY r.title) AS titles
FROM unjudged u
JOIN reference_rules r ON r.rule = u.rule
JOIN feed_names n ON n.feed = u.feed
GROUP BY u.county_code, n.chinese
