-- One row per person and business: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
SELECT person, name_key, uscc, entity_name_key, status, registered_on, delivered_on, ord
FROM staged_enterprises
SEMI JOIN people_of_concern USING (person)
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY person, uscc ORDER BY ord DESC) = 1
