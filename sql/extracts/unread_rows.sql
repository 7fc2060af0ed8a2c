-- One row per warning about people of whom a row that its rule might rest on could not be read, of the last 90 days:
-- what was put aside is not to be held against them unseen. Who was ever named of a household counts as one of it, and
-- who shares an account may be of the household of the one who is warned about.
WITH theirs AS (
    SELECT q.person, q.feed, count(*) AS rows, max(q.delivered_on) AS delivered_on
    FROM quarantined_rows q
    CROSS JOIN run
    WHERE q.person IS NOT NULL AND q.delivered_on > run.run_date - 90
    GROUP BY q.person, q.feed
),
live AS (
    SELECT
        warning_id, rule, person, county_code,
        CASE WHEN person IS NULL AND key_employer IS NULL THEN substr(key_rest, 8) END AS household_no
    FROM warnings
    WHERE is_standing
),
homes AS (
    SELECT DISTINCT r.person, substr(r.village_code, 1, 6) AS county_code, r.household_no
    FROM delivered_registry r
    SEMI JOIN theirs t ON t.person = r.person
),
about AS (
    SELECT warning_id, rule, person, '本人' AS who FROM live WHERE person IS NOT NULL
    UNION ALL
    SELECT w.warning_id, w.rule, h.person, '该户成员'
    FROM live w
    JOIN homes h ON h.county_code = w.county_code AND h.household_no = w.household_no
    UNION ALL
    SELECT w.warning_id, w.rule, h.person, '同户成员'
    FROM live w
    JOIN people p ON p.person = w.person
    JOIN homes h ON h.county_code = p.county_code AND h.household_no = p.household_no AND h.person <> p.person
    WHERE w.rule = 'subsidy_account_shared'
)
SELECT
    a.warning_id,
    string_agg(
        a.who || '的《' || n.chinese || '》' || CAST(t.rows AS VARCHAR) || '行，最近' || CAST(t.delivered_on AS VARCHAR)
            || '送达',
        '；' ORDER BY a.who, t.feed, t.delivered_on, t.rows
    ) AS unread
FROM about a
JOIN theirs t ON t.person = a.person
JOIN reference_rule_feeds r ON r.rule = a.rule AND r.feed = t.feed
JOIN feed_names n ON n.feed = t.feed
GROUP BY a.warning_id
