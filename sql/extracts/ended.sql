-- One row per county, list and status: warnings that ended on the run date, so since the run date before it, and all
-- that are not listed because they, or the one before them, were answered 不属实. `unserved` were confirmed, and nobody
-- is known to have helped.
SELECT
    w.county_code, r.list, CASE w.status WHEN 'suppressed' THEN 'dismissed' ELSE w.status END AS status,
    count(*) AS warnings,
    count(*) FILTER (WHERE w.outcome = '属实' AND (w.service IS NULL OR w.served_on IS NULL)) AS unserved
FROM warnings w
JOIN reference_rules r ON r.rule = w.rule
CROSS JOIN run
WHERE (w.status IN ('resolved', 'lapsed') AND w.resolved_on = run.run_date) OR w.status IN ('dismissed', 'suppressed')
GROUP BY ALL
