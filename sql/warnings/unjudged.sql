-- One row per rule, county and feed for want of which the rule can't be judged there on the run date.
-- Such a day neither opens nor ends warnings: a feed that has stopped says nothing about anybody.
SELECT n.rule, f.county_code, f.feed, f.delivered_on
FROM freshness f
JOIN reference_rule_feeds n ON n.feed = f.feed
WHERE f.has_stopped
