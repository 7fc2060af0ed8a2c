-- One row per judged unit: `codes_shift`, the share of rows whose main code would have to be another one to be spread
-- as before. NULL with fewer than thirty rows now or before: nothing can be told from those.
WITH counted AS (
    SELECT u.feed, u.unit, m.code, sum(m.value) AS rows
    FROM delivery_measures m
    JOIN quality_units u
        ON u.feed = m.feed
        AND u.delivered_on = m.delivered_on
        AND u.county_code IS NOT DISTINCT FROM m.county_code
        AND u.part IS NOT DISTINCT FROM m.part
    WHERE m.metric = 'rows' AND m.code IS NOT NULL
    GROUP BY u.feed, u.unit, m.code
),
now_total AS (
    SELECT feed, unit, sum(rows) AS total FROM counted GROUP BY feed, unit
),
before_total AS (
    SELECT feed, place, sum(rows) AS total FROM codes_before GROUP BY feed, place
),
compared AS (
    SELECT n.feed, n.unit, coalesce(u.county_code, '') AS place, n.total AS rows_now, b.total AS rows_before
    FROM now_total n
    JOIN quality_units u ON u.feed = n.feed AND u.unit = n.unit
    JOIN before_total b ON b.feed = n.feed AND b.place = coalesce(u.county_code, '')
    WHERE n.total >= 30 AND b.total >= 30
),
shares AS (
    SELECT c.feed, c.unit, k.code, CAST(k.rows AS DOUBLE) / c.rows_now AS share
    FROM compared c
    JOIN counted k ON k.feed = c.feed AND k.unit = c.unit
    UNION ALL
    SELECT c.feed, c.unit, b.code, -CAST(b.rows AS DOUBLE) / c.rows_before
    FROM compared c
    JOIN codes_before b ON b.feed = c.feed AND b.place = c.place
),
differences AS (
    SELECT feed, unit, code, sum(share) AS difference FROM shares GROUP BY feed, unit, code
)
SELECT feed, unit, round(sum(abs(difference)) / 2, 6) AS codes_shift
FROM differences
GROUP BY feed, unit
