-- One row per registry person who wants to work and has none: skill, wish and last work, for who finds jobs.
-- 就业需求清单: clause 二、（二）.
SELECT
    p.county_code,
    substr(p.village_code, 1, 9) AS township_code,
    t.township,
    p.village_code,
    p.household_no,
    p.person,
    p.name_key,
    p.age,
    p.is_priority,
    p.labour,
    p.skill,
    p.wanted_trade,
    p.wanted_place,
    s.state,
    s.since,
    s.cause,
    w.channel,
    w.employer_name_key,
    w.work_region,
    p.contact_key
FROM people p
JOIN states s ON s.person = p.person
LEFT JOIN last_work w ON w.person = p.person
LEFT JOIN reference_townships t ON t.township_code = substr(p.village_code, 1, 9)
WHERE p.is_willing AND s.state IN ('unemployed', 'never_employed')
