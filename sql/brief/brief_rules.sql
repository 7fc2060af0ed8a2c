-- One row per rule of the table of rules: how many of its warnings stand on the date, by level, and what changed.
SELECT
    r.list,
    r.family,
    r.title,
    count(CASE WHEN w.status IN ('open', 'confirmed', 'served') AND w.level = 4 THEN 1 END) AS red,
    count(CASE WHEN w.status IN ('open', 'confirmed', 'served') AND w.level = 3 THEN 1 END) AS orange,
    count(CASE WHEN w.status IN ('open', 'confirmed', 'served') AND w.level = 2 THEN 1 END) AS yellow,
    count(CASE WHEN w.status IN ('open', 'confirmed', 'served') AND w.level = 1 THEN 1 END) AS blue,
    count(CASE WHEN w.opened_on = run.run_date THEN 1 END) AS opened,
    count(CASE WHEN w.resolved_on = run.run_date THEN 1 END) AS ended,
    count(CASE WHEN w.is_overdue THEN 1 END) AS overdue
FROM reference_rules r
CROSS JOIN run
LEFT JOIN warnings w ON w.rule = r.rule
GROUP BY r.list, r.family, r.title, r.rule
ORDER BY CASE r.list WHEN '帮扶' THEN 1 WHEN '核查' THEN 2 ELSE 3 END, r.family, r.rule
