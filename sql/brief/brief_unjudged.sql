-- One row per feed that has stopped: since when, in how many counties, and for how many rules.
SELECT u.feed, min(u.delivered_on) AS oldest, count(DISTINCT u.county_code) AS counties, count(DISTINCT u.rule) AS rules
FROM unjudged u
GROUP BY u.feed
ORDER BY u.feed
