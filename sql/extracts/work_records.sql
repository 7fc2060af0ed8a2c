-- One row per record of work that has begun, in the feed's truth for the run date, of a registry person.
SELECT e.person, e.channel, e.employer_name_key, e.work_region, e.started_on, e.ended_on, e.updated_on, e.ord
FROM employment_latest e
JOIN people p ON p.person = e.person AND p.name_key = e.name_key
CROSS JOIN run
WHERE e.started_on <= run.run_date
