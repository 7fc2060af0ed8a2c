-- One row per person and day of registration as unemployed: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT person, registered_on, max(ord) AS ord
    FROM staged_jobseekers
    WHERE NOT superseded
    GROUP BY person, registered_on
    HAVING count(*) > 1
)
SELECT s.person, s.name_key, s.registered_on, s.cancelled_on, s.delivered_on, s.ord
FROM staged_jobseekers s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN came_again a
    ON a.person = s.person AND a.registered_on = s.registered_on AND a.ord > s.ord
WHERE NOT s.superseded
