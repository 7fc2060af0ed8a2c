-- One row per county and place of work of the people counted in 就业规模: on a post, in the county, the prefecture, the
-- province, or by province (its two digits), as the newest record of work says; or only insured, with no record.
WITH working AS (
    SELECT e.person, e.work_region
    FROM work_records e
    CROSS JOIN run
    WHERE e.ended_on IS NULL OR run.run_date <= e.ended_on
    QUALIFY row_number() OVER (PARTITION BY e.person ORDER BY e.updated_on DESC, e.ord DESC) = 1
),
placed AS (
    SELECT
        p.county_code,
        CASE
            WHEN s.state = 'on_post' THEN 'post'
            WHEN w.person IS NULL THEN 'insured'
            WHEN w.work_region = p.county_code THEN 'county'
            WHEN substr(w.work_region, 1, 4) = substr(p.county_code, 1, 4) THEN 'prefecture'
            WHEN substr(w.work_region, 1, 2) = substr(p.county_code, 1, 2) THEN 'province'
            ELSE substr(w.work_region, 1, 2)
        END AS place
    FROM people p
    JOIN states s ON s.person = p.person
    LEFT JOIN working w ON w.person = p.person
    WHERE s.state IN ('employed', 'on_post')
)
SELECT county_code, place, count(*) AS workers
FROM placed
GROUP BY county_code, place
