-- One row per registry person with a record of work: the latest one that began, in the truth of the run date.
WITH latest AS (
    SELECT *
    FROM delivered_employment
    WHERE NOT superseded
    QUALIFY row_number() OVER (PARTITION BY record_no ORDER BY ord DESC) = 1
)
SELECT e.person, e.channel, e.employer_name_key, e.work_region, e.started_on, e.ended_on, p.county_code
FROM latest e
JOIN people p ON p.person = e.person AND p.name_key = e.name_key
CROSS JOIN run
WHERE e.started_on <= run.run_date
QUALIFY row_number() OVER (PARTITION BY e.person ORDER BY e.started_on DESC, e.ord DESC) = 1
