-- One row per person, scheme, employer and period: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Only people of concern: nobody else's rows can make a rule hold.
SELECT person, name_key, scheme, employer_no_key, employer_name_key, employer_code, payer, period, payment,
    state, stop_reason, delivered_on, ord
FROM staged_insurance
SEMI JOIN people_of_concern USING (person)
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY person, scheme, employer_no_key, period ORDER BY ord DESC) = 1
