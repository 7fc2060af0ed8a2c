-- One row per registry person who wants to work and is known to have none: who may be hard to employ.
SELECT p.person, p.county_code, p.household_no, p.age, p.low_income, s.state, s.since
FROM people p
JOIN states s ON s.person = p.person
WHERE p.is_willing AND s.state IN ('unemployed', 'never_employed')
