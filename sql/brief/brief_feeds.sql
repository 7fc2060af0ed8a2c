-- One row per feed that was ever delivered: its newest delivery that was read, and what was not.
SELECT
    d.feed,
    max(CASE WHEN d.status = 'read' THEN d.delivered_on END) AS newest,
    count(*) AS files,
    count(CASE WHEN d.status = 'rejected' THEN 1 END) AS rejected,
    count(CASE WHEN d.status = 'held' THEN 1 END) AS held,
    sum(d.read) AS read_rows,
    sum(d.quarantined) AS quarantined
FROM deliveries d
GROUP BY d.feed
ORDER BY d.feed
