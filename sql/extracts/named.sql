-- One row per warning that is followed up and person to be named in it: its person, the household's members it is
-- about, or the county's people insured with the employer. Only people of the warning's own county, but for its person.
WITH live AS (
    SELECT
        w.warning_id, w.rule, w.subject_key, w.last_held_on, w.person, w.key_employer, w.county_code,
        CASE WHEN w.person IS NULL AND w.key_employer IS NULL THEN substr(w.key_rest, 8) END AS household_no
    FROM warnings w
    WHERE w.status IN ('open', 'confirmed', 'served')
),
cited AS (
    SELECT w.warning_id, w.person, w.county_code, e.feed, e.ord
    FROM live w
    JOIN all_evidence e ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.run_date = w.last_held_on
),
subjects AS (
    SELECT w.warning_id, w.person, coalesce(p.name_key, min(n.name_key)) AS name_key
    FROM live w
    LEFT JOIN people p ON p.person = w.person
    LEFT JOIN cited c ON c.warning_id = w.warning_id
    LEFT JOIN evidence_names n ON n.feed = c.feed AND n.ord = c.ord AND n.person = w.person
    WHERE w.person IS NOT NULL
    GROUP BY w.warning_id, w.person, p.name_key
),
cited_members AS (
    SELECT c.warning_id, p.person, p.name_key
    FROM cited c
    JOIN people p ON p.ord = c.ord AND p.county_code = c.county_code
    WHERE c.feed = 'registry' AND c.person IS NULL
    UNION
    SELECT c.warning_id, p.person, p.name_key
    FROM cited c
    JOIN evidence_names n ON n.feed = c.feed AND n.ord = c.ord
    JOIN people p ON p.person = n.person AND p.county_code = c.county_code
    WHERE c.person IS NULL
),
families AS (
    SELECT w.warning_id, p.person, p.name_key
    FROM live w
    JOIN people p ON p.county_code = w.county_code AND p.household_no = w.household_no AND NOT p.is_dead
    ANTI JOIN cited_members m ON m.warning_id = w.warning_id
)
SELECT warning_id, person, name_key FROM subjects
UNION ALL
SELECT warning_id, person, name_key FROM cited_members
UNION ALL
SELECT warning_id, person, name_key FROM families
