-- One row per judged unit: keys that come more than once, and what share of the people it names stand outside the
-- registry (NULL where none came) or bear another name than the one known for the ID number; of villages, what share of
-- rows lies in no known township.
WITH keys AS (
    SELECT feed, unit, key_text, count(*) AS rows FROM rows_judged WHERE NOT superseded GROUP BY feed, unit, key_text
),
repeats AS (
    SELECT feed, unit, CAST(sum(rows - 1) AS BIGINT) AS keys_repeated FROM keys GROUP BY feed, unit
),
named AS (
    SELECT DISTINCT feed, unit, person, name_key FROM rows_judged WHERE person IS NOT NULL
),
registry_size AS (
    SELECT count(*) AS rows FROM registry
),
registered AS (
    SELECT DISTINCT person FROM registry
),
known AS (
    SELECT DISTINCT person FROM names
),
people_named AS (
    SELECT
        n.feed, n.unit,
        CAST(count(CASE WHEN r.person IS NULL THEN 1 END) AS DOUBLE) / count(*) AS outside_registry_share,
        CAST(count(CASE WHEN k.person IS NOT NULL AND s.person IS NULL THEN 1 END) AS DOUBLE)
            / count(*) AS conflict_share
    FROM named n
    LEFT JOIN registered r ON r.person = n.person
    LEFT JOIN known k ON k.person = n.person
    LEFT JOIN names s ON s.person = n.person AND s.name_key = n.name_key
    GROUP BY n.feed, n.unit
),
places AS (
    SELECT
        j.feed, j.unit,
        CAST(count(CASE WHEN t.township_code IS NULL THEN 1 END) AS DOUBLE) / count(*) AS unknown_township_share
    FROM rows_judged j
    LEFT JOIN reference_townships t ON t.township_code = j.township_code
    WHERE j.township_code IS NOT NULL
    GROUP BY j.feed, j.unit
)
SELECT
    u.feed, u.unit, r.keys_repeated,
    CASE WHEN s.county_code IS NOT NULL OR (u.county_code IS NULL AND t.rows > 0) THEN
        round(p.outside_registry_share, 6)
    END AS outside_registry_share,
    round(p.conflict_share, 6) AS conflict_share,
    round(l.unknown_township_share, 6) AS unknown_township_share
FROM quality_units u
CROSS JOIN registry_size t
LEFT JOIN registry_scopes s ON s.county_code = u.county_code
LEFT JOIN repeats r ON r.feed = u.feed AND r.unit = u.unit
LEFT JOIN people_named p ON p.feed = u.feed AND p.unit = u.unit
LEFT JOIN places l ON l.feed = u.feed AND l.unit = u.unit
