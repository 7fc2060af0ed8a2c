-- One row per feed: rows that went missing on their way. Rows read that ended nowhere, faultless or quarantined rows
-- that the accounts count and the staged files have not, and rows that a rule rests on and nobody delivered (or that
-- are held or superseded).
WITH counted AS (
    SELECT
        feed,
        sum(abs(read - accepted - quarantined - superseded)) AS unaccounted,
        sum(accepted + superseded) AS faultless,
        sum(quarantined) AS quarantined
    FROM deliveries
    GROUP BY feed
),
staged AS (
    SELECT 'registry' AS feed, count(*) AS rows FROM delivered_registry
    UNION ALL
    SELECT 'employment' AS feed, count(*) AS rows FROM delivered_employment
    UNION ALL
    SELECT 'insurance' AS feed, count(*) AS rows FROM delivered_insurance
    UNION ALL
    SELECT 'benefits' AS feed, count(*) AS rows FROM delivered_benefits
    UNION ALL
    SELECT 'jobseekers' AS feed, count(*) AS rows FROM delivered_jobseekers
    UNION ALL
    SELECT 'posts' AS feed, count(*) AS rows FROM delivered_posts
    UNION ALL
    SELECT 'subsidies' AS feed, count(*) AS rows FROM delivered_subsidies
    UNION ALL
    SELECT 'allowances' AS feed, count(*) AS rows FROM delivered_allowances
    UNION ALL
    SELECT 'deaths' AS feed, count(*) AS rows FROM delivered_deaths
    UNION ALL
    SELECT 'enterprises' AS feed, count(*) AS rows FROM delivered_enterprises
    UNION ALL
    SELECT 'payroll' AS feed, count(*) AS rows FROM delivered_payroll
    UNION ALL
    SELECT 'field_reports' AS feed, count(*) AS rows FROM delivered_field_reports
    UNION ALL
    SELECT 'feedback' AS feed, count(*) AS rows FROM delivered_feedback
),
rejected AS (
    SELECT feed, count(*) AS rows FROM staged_quarantine GROUP BY feed
),
without_row AS ( -- what is in truth was read from the staged rows: only the others are looked up
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_registry s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'registry' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_employment s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'employment' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_insurance s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'insurance' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_benefits s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'benefits' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_jobseekers s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'jobseekers' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_posts s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'posts' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_subsidies s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'subsidies' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_allowances s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'allowances' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_deaths s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'deaths' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_enterprises s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'enterprises' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_payroll s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'payroll' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_field_reports s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'field_reports' AND e.name_key IS NULL
    UNION ALL
    SELECT e.feed, e.ord
    FROM evidence e
    ANTI JOIN staged_feedback s ON s.ord = e.ord AND NOT s.superseded
    WHERE e.feed = 'feedback' AND e.name_key IS NULL
),
orphans AS (
    SELECT feed, count(DISTINCT ord) AS rows FROM without_row GROUP BY feed
)
SELECT
    f.feed,
    CAST(coalesce(c.unaccounted, 0) AS BIGINT) AS rows_unaccounted,
    CAST(abs(coalesce(c.faultless, 0) - coalesce(s.rows, 0)) AS BIGINT) AS faultless_rows_lost,
    CAST(abs(coalesce(c.quarantined, 0) - coalesce(r.rows, 0)) AS BIGINT) AS quarantined_rows_lost,
    coalesce(o.rows, 0) AS evidence_without_row
FROM feed_names f
LEFT JOIN counted c ON c.feed = f.feed
LEFT JOIN staged s ON s.feed = f.feed
LEFT JOIN rejected r ON r.feed = f.feed
LEFT JOIN orphans o ON o.feed = f.feed
