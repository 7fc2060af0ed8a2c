-- One row per warning about a person of whom a row that its rule might rest on could not be read, of the last 90 days:
-- whose own data was put aside is not to be held against them unseen.
WITH theirs AS (
    SELECT q.person, q.feed, count(*) AS rows, max(q.delivered_on) AS delivered_on
    FROM quarantined_rows q
    CROSS JOIN run
    WHERE q.person IS NOT NULL AND q.delivered_on > run.run_date - 90
    GROUP BY q.person, q.feed
)
SELECT
    w.warning_id,
    string_agg(
        '《' || n.chinese || '》' || CAST(t.rows AS VARCHAR) || '行，最近' || CAST(t.delivered_on AS VARCHAR) || '送达',
        '；' ORDER BY t.feed
    ) AS unread
FROM warnings w
JOIN theirs t ON t.person = w.person
JOIN reference_rules r ON r.rule = w.rule AND ';' || r.feeds || ';' LIKE '%;' || t.feed || ';%'
JOIN feed_names n ON n.feed = t.feed
WHERE w.status IN ('open', 'confirmed', 'served')
GROUP BY w.warning_id
