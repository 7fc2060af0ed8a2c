-- One row per person of the registry: the words the rules use of them, as they stand on the run date.
WITH pensioners AS (
    SELECT DISTINCT person FROM pensions WHERE in_window
),
aged AS (
    SELECT
        r.*,
        CAST(year(run.run_date) - year(r.born_on)
            - CASE
                WHEN month(run.run_date) * 100 + day(run.run_date) < month(r.born_on) * 100 + day(r.born_on) THEN 1
                ELSE 0
            END AS INTEGER) AS age
    FROM registry r
    CROSS JOIN run
)
SELECT
    a.*,
    coalesce(a.student, '非在校生') <> '非在校生' AS is_student,
    coalesce(a.willing, TRUE) AS is_willing,
    (a.monitor_category IS NOT NULL AND NOT coalesce(a.risk_cleared, FALSE))
        OR coalesce(a.relocated, FALSE) AS is_priority,
    d.person IS NOT NULL AS is_dead,
    p.person IS NOT NULL AS is_pensioner
FROM aged a
LEFT JOIN deceased d ON d.person = a.person AND d.name_key = a.name_key
LEFT JOIN pensioners p ON p.person = a.person
