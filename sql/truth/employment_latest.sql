-- One row per record of work: the latest delivered version, the feed's truth on the run date, conflicts included.
SELECT record_no, person, name_key, channel, employer_name_key, employer_code, work_region,
    started_on, ended_on, monthly_wage, updated_on, delivered_on, ord
FROM staged_employment
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY record_no ORDER BY ord DESC) = 1
