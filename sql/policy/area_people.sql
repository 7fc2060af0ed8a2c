-- One row per area, date compared and employment state: how many registry people are in it. An area is a county, a
-- township, a relocation site, or one of the table of key areas, as far as it lies in the county.
WITH places AS (
    SELECT
        compared, base_year, county_code, village_code, relocated, site_code, state,
        count(*) AS persons
    FROM compared_people
    GROUP BY compared, base_year, county_code, village_code, relocated, site_code, state
),
members AS (
    SELECT compared, base_year, county_code, '县' AS kind, county_code AS area, state, persons
    FROM places
    UNION ALL
    SELECT compared, base_year, county_code, '乡镇', substr(village_code, 1, 9), state, persons
    FROM places
    UNION ALL
    SELECT
        compared, base_year, county_code, '易地搬迁安置点',
        coalesce(regexp_replace(site_code, '[0-9][0-9[:space:]]{14,}[0-9Xx]*|[0-9]{6}-[0-9]{8}-[0-9]{3}[0-9Xx]', '***', 'g'), '未填安置点'), state, persons
    FROM places
    WHERE relocated
    UNION ALL
    SELECT p.compared, p.base_year, p.county_code, a.kind, a.area, p.state, p.persons
    FROM places p
    JOIN reference_key_areas a ON substr(p.village_code, 1, length(a.code)) = a.code
)
SELECT compared, base_year, county_code, kind, area, state, sum(persons) AS persons
FROM members
GROUP BY compared, base_year, county_code, kind, area, state
