-- One row per person and source of a report of death: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT person, source, max(ord) AS ord
    FROM staged_deaths
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_deaths)
    GROUP BY person, source
)
SELECT s.person, s.name_key, s.died_on, s.source, s.delivered_on, s.ord
FROM staged_deaths s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN later l
    ON l.person = s.person AND l.source = s.source AND l.ord > s.ord
WHERE NOT s.superseded
