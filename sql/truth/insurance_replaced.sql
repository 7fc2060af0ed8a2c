-- One row per delivered row of insurance that a later delivery replaces: no longer the truth on the run date.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT person, scheme, employer_no_key, period, max(ord) AS ord
    FROM staged_insurance
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_insurance)
    GROUP BY person, scheme, employer_no_key, period
)
SELECT s.ord
FROM staged_insurance s
SEMI JOIN later l
    ON l.person = s.person
    AND l.scheme = s.scheme
    AND l.employer_no_key IS NOT DISTINCT FROM s.employer_no_key
    AND l.period = s.period
    AND l.ord > s.ord
WHERE NOT s.superseded
