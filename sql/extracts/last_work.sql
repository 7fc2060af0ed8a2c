-- One row per registry person with a record of work that has begun: the latest, in the feed's truth for the run date.
WITH records AS (
    SELECT *
    FROM staged_employment
    WHERE NOT superseded
    QUALIFY row_number() OVER (PARTITION BY record_no ORDER BY ord DESC) = 1
)
SELECT e.person, e.channel, e.employer_name_key, e.work_region
FROM records e
JOIN people p ON p.person = e.person AND p.name_key = e.name_key
CROSS JOIN run
WHERE e.started_on <= run.run_date
QUALIFY row_number() OVER (PARTITION BY e.person ORDER BY e.started_on DESC, e.ord DESC) = 1
