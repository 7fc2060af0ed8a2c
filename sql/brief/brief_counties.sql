-- One row per county with registry people or standing warnings: workforce, people at work, warnings by list.
WITH county_people AS (
    SELECT
        p.county_code,
        count(CASE WHEN s.state NOT IN ('deceased', 'outside_labour') THEN 1 END) AS workforce,
        count(CASE WHEN s.state IN ('employed', 'on_post', 'unverified', 'suspected_unemployed') THEN 1 END) AS working
    FROM people p
    JOIN states s ON s.person = p.person
    GROUP BY p.county_code
),
county_warnings AS (
    SELECT
        w.county_code,
        count(CASE WHEN r.list = '帮扶' THEN 1 END) AS help,
        count(CASE WHEN r.list = '核查' THEN 1 END) AS to_check,
        count(CASE WHEN r.list = '单位整改' THEN 1 END) AS unit_fault,
        count(CASE WHEN w.is_overdue THEN 1 END) AS overdue
    FROM warnings w
    JOIN reference_rules r ON r.rule = w.rule
    WHERE w.status IN ('open', 'confirmed', 'served')
    GROUP BY w.county_code
),
listed AS (
    SELECT county_code FROM county_people
    UNION SELECT county_code FROM county_warnings
)
SELECT
    coalesce(c.prefecture, '') AS prefecture,
    coalesce(c.county, l.county_code) AS county,
    coalesce(p.workforce, 0) AS workforce,
    coalesce(p.working, 0) AS working,
    coalesce(w.help, 0) AS help,
    coalesce(w.to_check, 0) AS to_check,
    coalesce(w.unit_fault, 0) AS unit_fault,
    coalesce(w.overdue, 0) AS overdue
FROM listed l
LEFT JOIN reference_counties c ON c.county_code = l.county_code
LEFT JOIN county_people p ON p.county_code = l.county_code
LEFT JOIN county_warnings w ON w.county_code = l.county_code
ORDER BY l.county_code
