-- One row per county and township of the registry: its people by employment state on the run date. Whoever counts
-- people at work counts from here, so that every sheet and page says the same. 就业规模 is `employed` and `on_post`:
-- `unverified` and `suspected_unemployed` are no more at work than they are known to be out of it.
WITH placed AS (
    SELECT
        p.county_code, substr(p.village_code, 1, 9) AS township_code, p.labour,
        s.state, s.state NOT IN ('deceased', 'outside_labour') AS is_workforce, s.is_covered
    FROM people p
    JOIN states s ON s.person = p.person
)
SELECT
    county_code,
    township_code,
    count(*) AS persons,
    count(CASE WHEN is_workforce THEN 1 END) AS workforce,
    count(CASE WHEN state IN ('employed', 'on_post') THEN 1 END) AS at_work,
    count(CASE WHEN state = 'on_post' THEN 1 END) AS on_post,
    count(CASE WHEN state = 'on_post' AND labour = '弱劳动力或半劳动力' THEN 1 END) AS weak_on_post,
    count(CASE WHEN state = 'unverified' THEN 1 END) AS unverified,
    count(CASE WHEN state = 'suspected_unemployed' THEN 1 END) AS suspected,
    count(CASE WHEN state = 'unemployed' THEN 1 END) AS unemployed,
    count(CASE WHEN state = 'never_employed' THEN 1 END) AS never_employed,
    count(CASE WHEN is_workforce AND is_covered THEN 1 END) AS insured
FROM placed
GROUP BY county_code, township_code
