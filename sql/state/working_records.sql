-- One row per record of work in which its person is working on the run date.
SELECT e.*
FROM employment e
CROSS JOIN run
WHERE e.started_on <= run.run_date AND (e.ended_on IS NULL OR run.run_date <= e.ended_on)
