-- One row per rule, county and feed for want of which the rule can't be judged there on the run date.
-- Such a day neither opens nor ends warnings: a feed that has stopped says nothing about anybody.
SELECT n.rule, s.county_code, s.feed, s.delivered_on
FROM stopped_feeds s
JOIN reference_rule_feeds n ON n.feed = s.feed
