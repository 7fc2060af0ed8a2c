-- One row per warning about people of whom a row that its rule might rest on was not used: it could not be read, of the
-- last 90 days, or has another name under the same ID number. What was put aside is not to be held against them unseen.
-- A row whose ID number can't be read may be theirs where only they have the name.
-- Who was ever named of a household, and is not in another now, counts as one of it; who shares an account may be of
-- the household of the one who is warned about. A death concerns every rule.
WITH recent AS (
    SELECT q.* FROM quarantined_rows q CROSS JOIN run WHERE q.delivered_on > run.run_date - 90
),
bearers AS ( -- whose name nobody else of the registry has
    SELECT p.name_key, min(p.person) AS person
    FROM people p
    SEMI JOIN recent q ON q.name_key = p.name_key AND q.person IS NULL
    GROUP BY p.name_key
    HAVING count(*) = 1
),
theirs AS (
    SELECT
        q.feed, q.delivered_on,
        coalesce(q.person, b.person) AS person,
        CASE
            WHEN q.person IS NULL THEN 'name'
            WHEN q.name_key <> p.name_key THEN 'other name'
            ELSE ''
        END AS whose
    FROM recent q
    LEFT JOIN bearers b ON b.name_key = q.name_key AND q.feed <> 'registry'
    LEFT JOIN people p ON p.person = q.person
    -- A registry that came since, and has the person, puts an earlier one right.
    WHERE q.feed <> 'registry' OR p.person IS NULL OR p.delivered_on <= q.delivered_on
),
unread AS (
    SELECT person, feed, whose, count(*) AS rows, max(delivered_on) AS delivered_on
    FROM theirs
    WHERE person IS NOT NULL
    GROUP BY person, feed, whose
),
put_aside AS (
    SELECT * FROM unread
    UNION ALL
    SELECT person, feed, 'conflict', count(*), CAST(NULL AS DATE) FROM conflicts GROUP BY person, feed
),
live AS (
    SELECT warning_id, rule, person, county_code, household_no FROM warnings WHERE is_standing
),
homes AS (
    SELECT DISTINCT r.person, substr(r.village_code, 1, 6) AS county_code, r.household_no
    FROM delivered_registry r
    SEMI JOIN unread t ON t.person = r.person
    LEFT JOIN people p ON p.person = r.person
    WHERE p.person IS NULL OR (p.household_no = r.household_no AND p.county_code = substr(r.village_code, 1, 6))
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
),
relevant AS (
    SELECT a.warning_id, a.who, n.chinese, t.*
    FROM about a
    JOIN put_aside t ON t.person = a.person AND (t.whose <> 'conflict' OR a.who = '本人')
    LEFT JOIN reference_rule_feeds r ON r.rule = a.rule AND r.feed = t.feed
    JOIN feed_names n ON n.feed = t.feed
    WHERE r.rule IS NOT NULL OR t.feed = 'deaths'
)
SELECT
    warning_id,
    coalesce(
        '（另有数据因填写有误没有采用：'
            || string_agg(
                CASE whose
                    WHEN 'name' THEN '与' || who || '同名、身份证号有误'
                    WHEN 'other name' THEN '身份证号是' || who || '的、姓名不同'
                    ELSE who
                END
                    || '的《' || chinese || '》' || CAST(rows AS VARCHAR) || '行，最近' || CAST(delivered_on AS VARCHAR)
                    || '送达',
                '；' ORDER BY who, feed, whose, delivered_on, rows
            ) FILTER (WHERE whose <> 'conflict')
            || '，请一并核对。）',
        ''
    )
        || coalesce(
            '（另有身份证号是本人的、姓名不同的数据没有采用：'
                || string_agg('《' || chinese || '》' || CAST(rows AS VARCHAR) || '行', '；' ORDER BY feed)
                    FILTER (WHERE whose = 'conflict')
                || '，请一并核对。）',
            ''
        ) AS unread
FROM relevant
GROUP BY warning_id
