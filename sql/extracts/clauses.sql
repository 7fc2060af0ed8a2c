-- One row per county and rule of its warnings that are followed up: how many, and the clauses in force they rest on
-- (for payments, in force in the payment's period).
WITH standing AS (
    SELECT county_code, rule, instruments, count(*) AS warnings
    FROM warnings
    WHERE is_standing
    GROUP BY county_code, rule, instruments
),
counted AS (
    SELECT county_code, rule, CAST(sum(warnings) AS BIGINT) AS warnings FROM standing GROUP BY county_code, rule
),
cited AS (
    SELECT DISTINCT s.county_code, s.rule, i.instrument, i.title, b.clause
    FROM standing s
    JOIN reference_basis b ON b.rule = s.rule AND ';' || s.instruments || ';' LIKE '%;' || b.instrument || ';%'
    JOIN reference_instruments i ON i.instrument = b.instrument
),
joined AS (
    SELECT county_code, rule, string_agg(title || '：' || clause, '；' ORDER BY instrument) AS clauses
    FROM cited
    GROUP BY county_code, rule
)
SELECT
    n.county_code,
    CASE r.list WHEN '帮扶' THEN 1 WHEN '核查' THEN 2 ELSE 3 END AS list_order,
    n.rule,
    r.title,
    n.warnings,
    j.clauses
FROM counted n
JOIN reference_rules r ON r.rule = n.rule
LEFT JOIN joined j ON j.county_code = n.county_code AND j.rule = n.rule
