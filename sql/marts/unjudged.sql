-- One row per rule, county and feed that came there and has stopped, so that the rule could not be judged on the date.
-- A feed that never came is in judged, with its reason.
SELECT
    u.rule, -- see rules
    u.county_code, -- county
    u.feed, -- feed that has stopped
    u.delivered_on -- its newest delivery
FROM unjudged u
