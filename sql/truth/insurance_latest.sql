-- One row per person, scheme, employer and period: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT person, scheme, employer_no_key, period, max(ord) AS ord
    FROM staged_insurance
    WHERE NOT superseded
    GROUP BY person, scheme, employer_no_key, period
    HAVING count(*) > 1
)
SELECT s.person, s.name_key, s.scheme, s.employer_no_key, s.employer_name_key, s.employer_code, s.payer, s.period,
    s.payment, s.state, s.stop_reason, s.delivered_on, s.ord
FROM staged_insurance s
SEMI JOIN people_of_concern p ON p.person = s.person
ANTI JOIN came_again a
    ON a.person = s.person
    AND a.scheme = s.scheme
    AND a.employer_no_key IS NOT DISTINCT FROM s.employer_no_key
    AND a.period = s.period
    AND a.ord > s.ord
WHERE NOT s.superseded
