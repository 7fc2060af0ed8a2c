-- One row per person and source of a report of death: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
SELECT person, name_key, died_on, source, delivered_on, ord
FROM staged_deaths
SEMI JOIN people_of_concern USING (person)
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY person, source ORDER BY ord DESC) = 1
