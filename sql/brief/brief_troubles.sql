-- One row per file that was rejected or held, the newest first: by feed, date and number, never by name.
SELECT d.feed, d.delivered_on, d.file, d.status
FROM deliveries d
WHERE d.status <> 'read'
ORDER BY d.delivered_on DESC, d.feed, d.file
