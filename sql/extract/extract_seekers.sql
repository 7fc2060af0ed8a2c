-- One row per registry person who wants to work and has none: clause 二（二）, the list of who needs which job.
SELECT
    p.county_code,
    p.person,
    p.name_key,
    substr(p.village_code, 1, 9) AS township_code,
    t.township,
    p.village_code,
    p.household_no,
    p.age,
    p.is_priority,
    s.state,
    s.since,
    p.labour,
    p.skill,
    p.wanted_trade,
    p.wanted_place,
    s.cause,
    w.channel,
    w.employer_name_key,
    w.work_region,
    p.contact_key
FROM states s
JOIN people p ON p.person = s.person
LEFT JOIN reference_townships t ON t.township_code = substr(p.village_code, 1, 9)
LEFT JOIN extract_last_work w ON w.person = p.person
WHERE s.state IN ('unemployed', 'never_employed') AND p.is_willing
