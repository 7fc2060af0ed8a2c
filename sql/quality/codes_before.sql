-- One row per feed, county (of a snapshot; else '') and value of the feed's main code: the rows delivered in the
-- hundred days before the newest delivery, to see whether that one is of another kind.
SELECT m.feed, u.place, m.code, sum(m.value) AS rows
FROM delivery_measures m
JOIN quality_days u
    ON u.feed = m.feed
    AND u.place = coalesce(m.county_code, '')
    AND m.delivered_on < u.delivered_on
    AND m.delivered_on >= u.delivered_on - 100
WHERE m.metric = 'rows' AND m.code IS NOT NULL
GROUP BY m.feed, u.place, m.code
