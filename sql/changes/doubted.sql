-- One row per person whose absence from a feed may be judged and who has come into doubt since, or may no longer be:
-- a doubt ends when the county's registry or ledgers are delivered anew.
WITH delivered AS (
    SELECT 'registry' AS feed, n.county_code
    FROM registry_scopes n
    CROSS JOIN since
    WHERE n.delivered_on > since.run_date
    UNION
    SELECT 'posts', n.county_code
    FROM posts_scopes n
    CROSS JOIN since
    WHERE n.delivered_on > since.run_date
),
absent AS (
    SELECT 'registry' AS feed, person, name_key, substr(village_code, 1, 6) AS county_code FROM staged_posts
    UNION ALL
    SELECT 'registry', person, name_key, county_code FROM staged_allowances
    UNION ALL
    SELECT 'employment', person, name_key, county_code FROM staged_allowances
    UNION ALL
    SELECT 'posts', person, name_key, county_code FROM staged_subsidies
),
asked AS (
    SELECT a.feed, a.person, a.name_key, d.feed IS NOT NULL AS is_delivered
    FROM absent a
    LEFT JOIN delivered d ON d.feed = a.feed AND d.county_code = a.county_code
),
by_number AS (
    SELECT feed, person, max(delivered_on) AS delivered_on FROM doubts WHERE person IS NOT NULL GROUP BY feed, person
),
by_name AS (
    SELECT feed, name_key, max(delivered_on) AS delivered_on FROM doubts WHERE name_key IS NOT NULL GROUP BY feed, name_key
)
SELECT a.person
FROM asked a
JOIN by_number d ON d.feed = a.feed AND d.person = a.person
CROSS JOIN since
WHERE a.is_delivered OR d.delivered_on > since.run_date
UNION
SELECT a.person
FROM asked a
JOIN by_name d ON d.feed = a.feed AND d.name_key = a.name_key
CROSS JOIN since
WHERE a.is_delivered OR d.delivered_on > since.run_date
