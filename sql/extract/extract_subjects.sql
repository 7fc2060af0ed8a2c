-- One row per standing warning and name it is about: its person's, else those of the household's members whose
-- registry rows are its evidence. The name is the registry's; of others, that of the ledger or payment row.
WITH subject_rows AS (
    SELECT 'registry' AS feed, ord, person, name_key FROM delivered_registry
    UNION ALL SELECT 'posts', ord, person, name_key FROM delivered_posts
    UNION ALL SELECT 'subsidies', ord, person, name_key FROM delivered_subsidies
    UNION ALL SELECT 'allowances', ord, person, name_key FROM delivered_allowances
),
registered AS (
    SELECT w.county_code, w.warning_id, w.person, p.name_key
    FROM extract_live w
    JOIN people p ON p.person = w.person
),
others AS (
    SELECT e.county_code, e.warning_id, e.person, s.name_key
    FROM extract_rows e
    JOIN subject_rows s ON s.feed = e.feed AND s.ord = e.ord AND s.person = e.person
    ANTI JOIN people p ON p.person = e.person
),
members AS (
    SELECT e.county_code, e.warning_id, s.person, s.name_key
    FROM extract_rows e
    JOIN subject_rows s ON s.feed = e.feed AND s.ord = e.ord
    JOIN people p ON p.person = s.person AND p.county_code = e.county_code
    WHERE e.feed = 'registry' AND e.person IS NULL AND e.key_employer IS NULL
)
SELECT county_code, warning_id, person, name_key FROM registered
UNION
SELECT county_code, warning_id, person, name_key FROM others
UNION
SELECT county_code, warning_id, person, name_key FROM members
