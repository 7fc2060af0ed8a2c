-- One row per person, kind of benefit and period: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT person, kind, period, max(ord) AS ord
    FROM staged_benefits
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_benefits)
    GROUP BY person, kind, period
)
SELECT s.person, s.name_key, s.kind, s.period, s.amount, s.paid_on, s.delivered_on, s.ord
FROM staged_benefits s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN later l
    ON l.person = s.person AND l.kind = s.kind AND l.period = s.period AND l.ord > s.ord
WHERE NOT s.superseded
