-- One row per registration as unemployed that is open on the run date.
SELECT j.person, j.name_key, j.registered_on, j.ord
FROM jobseekers j
CROSS JOIN run
WHERE j.registered_on <= run.run_date AND (j.cancelled_on IS NULL OR run.run_date <= j.cancelled_on)
