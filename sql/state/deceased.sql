-- One row per person and name reported dead on the run date.
SELECT
    d.person,
    d.name_key,
    min(d.died_on) AS died_on,
    count(DISTINCT d.source) >= 2 OR bool_or(d.source = '公安') AS is_certain
FROM deaths d
CROSS JOIN run
WHERE d.died_on <= run.run_date
GROUP BY d.person, d.name_key
