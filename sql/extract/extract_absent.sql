-- One row per feed that a rule needs and of which nothing was ever read.
WITH needed AS (
    SELECT n.feed, n.chinese, string_agg(r.title, '、' ORDER BY r.rule) AS titles
    FROM feed_names n
    JOIN reference_rules r ON ';' || r.feeds || ';' LIKE '%;' || n.feed || ';%'
    GROUP BY n.feed, n.chinese
),
came AS (
    SELECT DISTINCT feed FROM deliveries WHERE status = 'read'
)
SELECT n.feed, n.chinese, n.titles
FROM needed n
ANTI JOIN came c ON c.feed = n.feed
