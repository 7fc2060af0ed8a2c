-- One row per person, kind of public pay and its first day: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
SELECT person, name_key, kind, employer_name_key, from_on, to_on, delivered_on, ord
FROM staged_payroll
SEMI JOIN people_of_concern USING (person)
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY person, kind, from_on ORDER BY ord DESC) = 1
