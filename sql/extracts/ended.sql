-- One row per county, list and status: warnings that ended on the run date, so since the run date before it.
SELECT w.county_code, r.list, w.status, count(*) AS warnings
FROM warnings w
JOIN reference_rules r ON r.rule = w.rule
CROSS JOIN run
WHERE w.status IN ('resolved', 'lapsed') AND w.resolved_on = run.run_date
GROUP BY w.county_code, r.list, w.status
