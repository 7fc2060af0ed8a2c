-- One row per rule, county and thing for want of which the rule can't be judged there on the run date: `obstacle` is
-- feed_stopped (its newest delivery is too old), feed_never_came, no_value (of a parameter) or not_in_force (no
-- instrument). Rules about money look at the months of the payments they are about: `partly` says that other months
-- can be judged, `first_period` and `last_period` which can't.
WITH delivered AS (
    SELECT county_code, 'registry' AS feed FROM registry_scopes
    UNION
    SELECT county_code, 'posts' FROM posts_scopes
    UNION
    SELECT c.county_code, d.feed
    FROM deliveries d
    CROSS JOIN counties c
    WHERE d.status = 'read' AND d.feed NOT IN ('registry', 'posts')
),
asked AS (
    SELECT r.rule, c.county_code, p.period
    FROM reference_rules r
    CROSS JOIN counties c
    JOIN months_paid p ON p.county_code = c.county_code AND p.family = r.family AND r.rule <> 'subsidy_unpaid'
    UNION ALL
    SELECT r.rule, c.county_code, m.period
    FROM reference_rules r
    CROSS JOIN counties c
    CROSS JOIN run
    JOIN months m ON r.rule = 'subsidy_unpaid' AND m.period BETWEEN run.run_month - 3 AND run.run_month - 1
),
moments AS (
    SELECT a.rule, a.county_code, a.period, m.first_day, m.last_day
    FROM asked a
    JOIN months m ON m.period = a.period
    UNION ALL
    SELECT r.rule, c.county_code, NULL, run.run_date, run.run_date
    FROM reference_rules r
    CROSS JOIN counties c
    CROSS JOIN run
    ANTI JOIN asked a ON a.rule = r.rule AND a.county_code = c.county_code
),
looked_up AS (
    SELECT m.rule, m.county_code, m.last_day, n.parameter, p.value
    FROM (SELECT DISTINCT rule, county_code, last_day FROM moments) m
    JOIN reference_rule_parameters n ON n.rule = m.rule
    JOIN reference_parameters p
        ON p.parameter = n.parameter
        AND (p.county_code = m.county_code OR p.county_code IS NULL)
        AND p.valid_from <= m.last_day
        AND (p.valid_to IS NULL OR m.last_day <= p.valid_to)
    QUALIFY row_number() OVER (
        PARTITION BY m.rule, m.county_code, m.last_day, n.parameter
        ORDER BY CASE WHEN p.county_code IS NULL THEN 1 ELSE 0 END, p.valid_from DESC
    ) = 1
),
in_force AS (
    SELECT DISTINCT m.rule, m.first_day, m.last_day
    FROM (SELECT DISTINCT rule, first_day, last_day FROM moments) m
    JOIN reference_basis b ON b.rule = m.rule
    JOIN reference_instruments i
        ON i.instrument = b.instrument
        AND i.in_force_from <= m.last_day
        AND (i.in_force_to IS NULL OR m.first_day <= i.in_force_to)
),
looked_at AS (
    SELECT m.rule, m.county_code, m.period, 'no_value' AS obstacle, n.parameter AS thing, n.title,
        v.value IS NOT NULL AS is_there
    FROM moments m
    JOIN reference_rule_parameters n ON n.rule = m.rule
    LEFT JOIN looked_up v
        ON v.rule = m.rule
        AND v.county_code = m.county_code
        AND v.last_day = m.last_day
        AND v.parameter = n.parameter
    UNION ALL
    SELECT m.rule, m.county_code, m.period, 'not_in_force', '', '', f.rule IS NOT NULL
    FROM moments m
    LEFT JOIN in_force f ON f.rule = m.rule AND f.first_day = m.first_day AND f.last_day = m.last_day
)
SELECT
    u.rule, u.county_code, 'feed_stopped' AS obstacle, u.feed AS thing, f.chinese AS title, u.delivered_on,
    FALSE AS partly, CAST(NULL AS INTEGER) AS first_period, CAST(NULL AS INTEGER) AS last_period
FROM unjudged u
JOIN feed_names f ON f.feed = u.feed
UNION ALL
SELECT n.rule, c.county_code, 'feed_never_came', n.feed, f.chinese, NULL, FALSE, NULL, NULL
FROM reference_rule_feeds n
JOIN feed_names f ON f.feed = n.feed
CROSS JOIN counties c
ANTI JOIN delivered d ON d.feed = n.feed AND d.county_code = c.county_code
UNION ALL
SELECT
    rule, county_code, obstacle, thing, title, NULL, bool_or(is_there),
    min(CASE WHEN NOT is_there THEN period END),
    max(CASE WHEN NOT is_there THEN period END)
FROM looked_at
GROUP BY rule, county_code, obstacle, thing, title
HAVING NOT bool_and(is_there)
