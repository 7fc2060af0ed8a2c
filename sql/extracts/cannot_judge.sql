-- One row per rule, county and feed for want of which nothing could be judged there on the run date: the feed has
-- stopped (`delivered_on` is its newest delivery), or never came.
SELECT r.title, u.rule, u.county_code, n.chinese AS feed, u.delivered_on
FROM unjudged u
JOIN reference_rules r ON r.rule = u.rule
JOIN feed_names n ON n.feed = u.feed
UNION ALL
SELECT r.title, r.rule, c.county_code, n.chinese, NULL
FROM reference_rules r
JOIN reference_rule_feeds f ON f.rule = r.rule
JOIN feed_names n ON n.feed = f.feed
CROSS JOIN extract_counties c
ANTI JOIN (SELECT DISTINCT feed FROM deliveries WHERE status = 'read') d ON d.feed = f.feed
