-- One row per person and day of registration as unemployed: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT person, registered_on, max(ord) AS ord
    FROM staged_jobseekers
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_jobseekers)
    GROUP BY person, registered_on
)
SELECT s.person, s.name_key, s.registered_on, s.cancelled_on, s.delivered_on, s.ord
FROM staged_jobseekers s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN later l
    ON l.person = s.person AND l.registered_on = s.registered_on AND l.ord > s.ord
WHERE NOT s.superseded
