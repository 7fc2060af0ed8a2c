-- One row per person, kind of public pay and its first day: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT person, kind, from_on, max(ord) AS ord
    FROM staged_payroll
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_payroll)
    GROUP BY person, kind, from_on
)
SELECT s.person, s.name_key, s.kind, s.employer_name_key, s.from_on, s.to_on, s.delivered_on, s.ord
FROM staged_payroll s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN later l
    ON l.person = s.person AND l.kind = s.kind AND l.from_on = s.from_on AND l.ord > s.ord
WHERE NOT s.superseded
