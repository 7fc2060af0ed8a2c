-- One row per feed, county (of a snapshot; else '') and value of the feed's main code: the rows delivered in the
-- hundred days before the newest delivery, to see whether that one is of another kind.
WITH earlier AS (
    SELECT u.feed, u.place, s.labour AS code
    FROM delivered_registry s
    JOIN quality_days u
        ON u.feed = 'registry'
            AND u.place = substr(s.village_code, 1, 6)
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.channel AS code
    FROM delivered_employment s
    JOIN quality_days u
        ON u.feed = 'employment'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.state AS code
    FROM delivered_insurance s
    JOIN quality_days u
        ON u.feed = 'insurance'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.kind AS code
    FROM delivered_benefits s
    JOIN quality_days u
        ON u.feed = 'benefits'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.funding AS code
    FROM delivered_posts s
    JOIN quality_days u
        ON u.feed = 'posts'
            AND u.place = substr(s.village_code, 1, 6)
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.status AS code
    FROM delivered_subsidies s
    JOIN quality_days u
        ON u.feed = 'subsidies'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.kind AS code
    FROM delivered_allowances s
    JOIN quality_days u
        ON u.feed = 'allowances'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.source AS code
    FROM delivered_deaths s
    JOIN quality_days u
        ON u.feed = 'deaths'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.status AS code
    FROM delivered_enterprises s
    JOIN quality_days u
        ON u.feed = 'enterprises'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.kind AS code
    FROM delivered_payroll s
    JOIN quality_days u
        ON u.feed = 'payroll'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.kind AS code
    FROM delivered_field_reports s
    JOIN quality_days u
        ON u.feed = 'field_reports'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
    UNION ALL
    SELECT u.feed, u.place, s.outcome AS code
    FROM delivered_feedback s
    JOIN quality_days u
        ON u.feed = 'feedback'
            AND u.place = ''
            AND s.delivered_on < u.delivered_on
            AND s.delivered_on >= u.delivered_on - 100
)
SELECT feed, place, code, count(*) AS rows
FROM earlier
WHERE code IS NOT NULL
GROUP BY feed, place, code
