-- One row per file that was rejected or held, the newest first: by feed, date and number, never by name.
SELECT d.feed, d.delivered_on, d.file, d.status, p.parts
FROM deliveries d
LEFT JOIN held_parts p ON p.feed = d.feed AND p.delivered_on = d.delivered_on AND d.status = 'held'
WHERE d.status <> 'read'
ORDER BY d.delivered_on DESC, d.feed, d.file
