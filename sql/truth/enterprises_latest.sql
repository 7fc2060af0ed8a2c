-- One row per person and business: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT person, uscc, max(ord) AS ord
    FROM staged_enterprises
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_enterprises)
    GROUP BY person, uscc
)
SELECT s.person, s.name_key, s.uscc, s.entity_name_key, s.status, s.registered_on, s.delivered_on, s.ord
FROM staged_enterprises s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN later l
    ON l.person = s.person AND l.uscc = s.uscc AND l.ord > s.ord
WHERE NOT s.superseded
