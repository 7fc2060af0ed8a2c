-- One row per county, list and status: warnings that ended on the run date, so since the run date before it, and all
-- that are not listed because they were answered 不属实.
SELECT w.county_code, r.list, w.status, count(*) AS warnings
FROM warnings w
JOIN reference_rules r ON r.rule = w.rule
CROSS JOIN run
WHERE (w.status IN ('resolved', 'lapsed') AND w.resolved_on = run.run_date) OR w.status = 'dismissed'
GROUP BY w.county_code, r.list, w.status
