-- One row per delivered file of the last 30 days that was rejected or held, the newest first: what it says counts nowhere.
SELECT n.chinese AS feed, d.delivered_on, d.file, d.status
FROM deliveries d
JOIN feed_names n ON n.feed = d.feed
CROSS JOIN run
WHERE d.status <> 'read' AND d.delivered_on > run.run_date - 30
