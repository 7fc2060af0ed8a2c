-- One row per person, kind of benefit and period: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
SELECT person, name_key, kind, period, amount, paid_on, delivered_on, ord
FROM staged_benefits
SEMI JOIN people_of_concern USING (person)
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY person, kind, period ORDER BY ord DESC) = 1
