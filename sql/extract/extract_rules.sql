-- One row per county, rule of its standing warnings and instrument in force on which they rest: the legend.
WITH cited AS (
    SELECT
        w.county_code, w.rule, b.instrument, b.clause,
        count(DISTINCT w.warning_id) AS warnings
    FROM extract_live w
    JOIN reference_basis b ON b.rule = w.rule AND ';' || w.instruments || ';' LIKE '%;' || b.instrument || ';%'
    GROUP BY w.county_code, w.rule, b.instrument, b.clause
),
counted AS (
    SELECT county_code, rule, count(*) AS warnings
    FROM extract_live
    GROUP BY county_code, rule
)
SELECT n.county_code, n.rule, r.title, r.list, r.office, n.warnings, i.title AS instrument_title, c.clause
FROM counted n
JOIN reference_rules r ON r.rule = n.rule
LEFT JOIN cited c ON c.county_code = n.county_code AND c.rule = n.rule
LEFT JOIN reference_instruments i ON i.instrument = c.instrument
