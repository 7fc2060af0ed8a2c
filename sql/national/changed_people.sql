-- One row per registry person whose employment state is another than on the date compared with, and is known on the
-- run date: a suspected or unverified one is a clue, and goes into no system of record. So does one that rows delivered
-- since would change: that day is to be run again first.
SELECT
    p.person, p.county_code, p.village_code, p.household_no, p.household_type, p.monitor_category, p.risk_cleared,
    p.labour, p.student, p.ord, s.state, s.since, s.cause
FROM states_concluded c
JOIN states s ON s.person = c.person AND s.state = c.state
JOIN people p ON p.person = c.person
ANTI JOIN unsaid u ON u.person = c.person
WHERE s.state IN ('employed', 'on_post', 'unemployed', 'never_employed', 'outside_labour')
