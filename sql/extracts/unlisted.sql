-- One row per county, list and status: warnings that are not listed any more, for they ended on the run date, so since
-- the run date before it, or they, or the one before them, were answered 不属实. `unserved` were confirmed, and not served.
SELECT
    w.county_code, r.list, CASE w.status WHEN 'suppressed' THEN 'dismissed' ELSE w.status END AS status,
    count(*) AS warnings,
    count(*) FILTER (
        WHERE w.outcome = '属实' AND NOT coalesce(w.service IS NOT NULL AND w.served_on <= run.run_date, FALSE)
    ) AS unserved
FROM warnings w
JOIN reference_rules r ON r.rule = w.rule
CROSS JOIN run
WHERE (w.status IN ('resolved', 'lapsed') AND w.resolved_on = run.run_date) OR w.status IN ('dismissed', 'suppressed')
GROUP BY ALL
