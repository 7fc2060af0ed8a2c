-- One row per judged unit: what share of the people it names stand outside the registry (NULL where none came) or bear
-- another name than the one known for the ID number; of villages, what share of rows lies in no known township.
WITH registry_size AS (
    SELECT count(*) AS rows FROM registry
),
named AS (
    SELECT DISTINCT person FROM people_named
),
registered AS (
    SELECT r.person, r.name_key FROM registry r SEMI JOIN named n ON n.person = r.person
),
holders AS (
    SELECT DISTINCT person FROM names_of_holders
),
people_judged AS (
    SELECT
        n.feed, n.unit,
        CAST(count(CASE WHEN r.person IS NULL THEN 1 END) AS DOUBLE) / count(*) AS outside_registry_share,
        CAST(count(CASE WHEN r.name_key <> n.name_key OR (h.person IS NOT NULL AND s.person IS NULL) THEN 1 END) AS DOUBLE)
            / count(*) AS conflict_share
    FROM people_named n
    LEFT JOIN registered r ON r.person = n.person
    LEFT JOIN holders h ON h.person = n.person
    LEFT JOIN names_of_holders s ON s.person = n.person AND s.name_key = n.name_key
    GROUP BY n.feed, n.unit
),
places AS (
    SELECT
        u.feed, u.unit,
        CAST(sum(CASE WHEN t.township_code IS NULL THEN m.value ELSE 0 END) AS DOUBLE)
            / sum(m.value) AS unknown_township_share
    FROM delivery_measures m
    JOIN quality_units u
        ON u.feed = m.feed
        AND u.delivered_on = m.delivered_on
        AND u.county_code IS NOT DISTINCT FROM m.county_code
        AND u.part IS NOT DISTINCT FROM m.part
    LEFT JOIN reference_townships t ON t.township_code = m.township_code
    WHERE m.metric = 'rows' AND m.township_code IS NOT NULL
    GROUP BY u.feed, u.unit
)
SELECT
    u.feed, u.unit,
    CASE WHEN s.county_code IS NOT NULL OR (u.county_code IS NULL AND t.rows > 0) THEN
        round(p.outside_registry_share, 6)
    END AS outside_registry_share,
    round(p.conflict_share, 6) AS conflict_share,
    round(l.unknown_township_share, 6) AS unknown_township_share
FROM quality_units u
CROSS JOIN registry_size t
LEFT JOIN registry_scopes s ON s.county_code = u.county_code
LEFT JOIN people_judged p ON p.feed = u.feed AND p.unit = u.unit
LEFT JOIN places l ON l.feed = u.feed AND l.unit = u.unit
