-- One row per delivered file of the last 30 days that was rejected or held, the newest first: what it says counts nowhere,
-- or of a snapshot that is held, what it says of some counties and departments.
SELECT n.chinese AS feed, d.delivered_on, d.file, d.status, p.parts
FROM deliveries d
JOIN feed_names n ON n.feed = d.feed
LEFT JOIN held_parts p ON p.feed = d.feed AND p.delivered_on = d.delivered_on AND d.status = 'held'
CROSS JOIN run
WHERE d.status <> 'read' AND d.delivered_on > run.run_date - 30
