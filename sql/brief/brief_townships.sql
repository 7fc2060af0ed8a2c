-- One row per county and township with registry people or standing warnings: people by employment state, and the
-- warnings that stand. A payment names no village: it stands where its person lives or, not of the registry, has a post.
-- The township of a warning about an employer is empty.
WITH workplaces AS (
    SELECT person, county_code, min(village_code) AS village_code FROM post_holders GROUP BY person, county_code
),
placed AS (
    SELECT w.county_code, substr(coalesce(w.village_code, p.village_code, o.village_code), 1, 9) AS township_code
    FROM warnings w
    LEFT JOIN people p ON p.person = w.person AND p.county_code = w.county_code
    LEFT JOIN workplaces o ON o.person = w.person AND o.county_code = w.county_code
    WHERE w.is_standing
),
standing AS (
    SELECT county_code, township_code, count(*) AS warnings FROM placed GROUP BY county_code, township_code
),
counted AS (
    SELECT w.* FROM all_workforce w JOIN run ON run.run_date = w.run_date
)
SELECT
    coalesce(n.county_code, s.county_code) AS county_code,
    coalesce(n.township_code, s.township_code, '') AS township_code,
    t.township,
    coalesce(n.persons, 0) AS persons,
    coalesce(n.workforce, 0) AS workforce,
    coalesce(n.at_work, 0) AS at_work,
    coalesce(n.on_post, 0) AS on_post,
    coalesce(n.unverified, 0) AS unverified,
    coalesce(n.suspected, 0) AS suspected,
    coalesce(n.unemployed, 0) AS unemployed,
    coalesce(n.never_employed, 0) AS never_employed,
    coalesce(s.warnings, 0) AS standing
FROM counted n
FULL JOIN standing s ON s.county_code = n.county_code AND s.township_code = n.township_code
LEFT JOIN reference_townships t ON t.township_code = coalesce(n.township_code, s.township_code)
ORDER BY county_code, township_code
