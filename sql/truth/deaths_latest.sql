-- One row per person and source of a report of death: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT person, source, max(ord) AS ord
    FROM staged_deaths
    WHERE NOT superseded
    GROUP BY person, source
    HAVING count(*) > 1
)
SELECT s.person, s.name_key, s.died_on, s.source, s.delivered_on, s.ord
FROM staged_deaths s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN came_again a
    ON a.person = s.person AND a.source = s.source AND a.ord > s.ord
WHERE NOT s.superseded
