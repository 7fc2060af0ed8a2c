-- One row per county with warnings: how many ended on the run date, and how many are not shown, since they were found
-- not to be so.
SELECT
    w.county_code,
    count(CASE WHEN w.status = 'resolved' AND w.resolved_on = run.run_date THEN 1 END) AS resolved,
    count(CASE WHEN w.status = 'lapsed' AND w.resolved_on = run.run_date THEN 1 END) AS lapsed,
    count(CASE WHEN w.status = 'dismissed' THEN 1 END) AS dismissed,
    count(CASE WHEN w.status = 'suppressed' THEN 1 END) AS suppressed
FROM warnings w
CROSS JOIN run
GROUP BY w.county_code
