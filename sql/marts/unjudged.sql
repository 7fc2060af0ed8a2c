-- One row per rule, county and feed for want of which the rule could not be judged there on the date.
SELECT
    u.rule, -- see rules
    u.county_code, -- county
    u.feed, -- feed that has stopped
    u.delivered_on -- its newest delivery
FROM unjudged u
