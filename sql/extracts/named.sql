-- One row per warning that is followed up and person to be named in it: its person, the household's members it is
-- about, or the county's people insured with the employer. Only people of the warning's own county, but for its person.
WITH live AS (
    SELECT warning_id, person, county_code, household_no FROM warnings WHERE is_standing
),
subjects AS (
    SELECT DISTINCT w.warning_id, w.person, coalesce(p.name_key, e.name_key) AS name_key
    FROM live w
    LEFT JOIN people p ON p.person = w.person
    LEFT JOIN warning_evidence e ON e.warning_id = w.warning_id AND e.person = w.person
    WHERE w.person IS NOT NULL
),
cited_members AS (
    SELECT DISTINCT w.warning_id, p.person, p.name_key
    FROM live w
    JOIN warning_evidence e ON e.warning_id = w.warning_id
    JOIN people p ON p.person = e.person AND p.county_code = w.county_code AND NOT p.is_dead
    WHERE w.person IS NULL
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
