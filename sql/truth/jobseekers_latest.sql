-- One row per person and day of registration as unemployed: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
SELECT person, name_key, registered_on, cancelled_on, delivered_on, ord
FROM staged_jobseekers
SEMI JOIN people_of_concern USING (person)
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY person, registered_on ORDER BY ord DESC) = 1
