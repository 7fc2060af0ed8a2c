-- One row per county and employment state: how many registry people are in it on the date.
SELECT
    p.county_code, -- county of the registry
    s.state, -- employment state; see persons
    count(*) AS persons, -- people
    count(CASE WHEN p.is_priority THEN 1 END) AS priority_persons -- of them monitored with a risk not cleared, or relocated
FROM people p
JOIN states s ON s.person = p.person
GROUP BY p.county_code, s.state
