-- One row per person and business: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT person, uscc, max(ord) AS ord
    FROM staged_enterprises
    WHERE NOT superseded
    GROUP BY person, uscc
    HAVING count(*) > 1
)
SELECT s.person, s.name_key, s.uscc, s.entity_name_key, s.status, s.registered_on, s.delivered_on, s.ord
FROM staged_enterprises s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN came_again a
    ON a.person = s.person AND a.uscc = s.uscc AND a.ord > s.ord
WHERE NOT s.superseded
