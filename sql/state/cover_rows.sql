-- One row per insurance row of the newest period that an employer covered, or stopped covering, a person of concern.
WITH newest AS (
    SELECT person, name_key, employer_no_key, max(period) AS period
    FROM employer_paid
    GROUP BY person, name_key, employer_no_key
)
SELECT e.*
FROM employer_paid e
SEMI JOIN (SELECT n.* FROM newest n SEMI JOIN people_of_concern p ON p.person = n.person) n
    ON n.person = e.person
    AND n.name_key = e.name_key
    AND n.employer_no_key = e.employer_no_key
    AND n.period = e.period
