-- One row per rule: its title and list, and the clauses of the instruments in force on the run date it rests on.
SELECT
    r.rule,
    r.title,
    r.list,
    r.office,
    string_agg(i.title || '：' || b.clause, '；' ORDER BY i.instrument) AS clauses
FROM reference_rules r
CROSS JOIN run
LEFT JOIN reference_basis b ON b.rule = r.rule
LEFT JOIN reference_instruments i
    ON i.instrument = b.instrument
    AND i.in_force_from <= run.run_date
    AND (i.in_force_to IS NULL OR run.run_date <= i.in_force_to)
GROUP BY r.rule, r.title, r.list, r.office
