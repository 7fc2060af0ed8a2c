-- One row per person, kind of benefit and period: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT person, kind, period, max(ord) AS ord
    FROM staged_benefits
    WHERE NOT superseded
    GROUP BY person, kind, period
    HAVING count(*) > 1
)
SELECT s.person, s.name_key, s.kind, s.period, s.amount, s.paid_on, s.delivered_on, s.ord
FROM staged_benefits s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN came_again a
    ON a.person = s.person AND a.kind = s.kind AND a.period = s.period AND a.ord > s.ord
WHERE NOT s.superseded
