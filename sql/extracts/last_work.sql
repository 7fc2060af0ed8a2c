-- One row per registry person with a record of work that has begun: the latest.
SELECT person, channel, employer_name_key, work_region
FROM work_records
QUALIFY row_number() OVER (PARTITION BY person ORDER BY started_on DESC, ord DESC) = 1
