-- One row per run date, of the newest thirty, and county: who was at work, and how many warnings stood, came and went.
-- Warnings are counted as their life is known on the run date: one found wrong stood until it was checked.
WITH shown AS (
    SELECT run_date FROM run_dates QUALIFY row_number() OVER (ORDER BY run_date DESC) <= 30
),
lives AS (
    SELECT
        w.county_code, w.opened_on,
        CASE
            WHEN w.outcome = '不属实' THEN least(w.checked_on, coalesce(w.resolved_on, w.checked_on), run.run_date)
            ELSE w.resolved_on
        END AS stood_until
    FROM warnings w
    CROSS JOIN run
    WHERE w.status <> 'suppressed'
),
changes AS (
    SELECT county_code, opened_on AS day, count(*) AS warnings, count(*) AS came, 0 AS went
    FROM lives
    GROUP BY county_code, opened_on
    UNION ALL
    SELECT county_code, stood_until, -count(*), 0, count(*)
    FROM lives
    WHERE stood_until IS NOT NULL
    GROUP BY county_code, stood_until
),
warned AS (
    SELECT
        s.run_date, c.county_code,
        sum(c.warnings) AS standing,
        sum(CASE WHEN c.day = s.run_date THEN c.came ELSE 0 END) AS opened,
        sum(CASE WHEN c.day = s.run_date THEN c.went ELSE 0 END) AS ended
    FROM shown s
    JOIN changes c ON c.day <= s.run_date
    GROUP BY s.run_date, c.county_code
),
peopled AS (
    SELECT w.run_date, w.county_code, sum(w.workforce) AS workforce, sum(w.at_work) AS at_work
    FROM all_workforce w
    SEMI JOIN shown s ON s.run_date = w.run_date
    GROUP BY w.run_date, w.county_code
)
SELECT
    coalesce(p.run_date, w.run_date) AS run_date,
    coalesce(p.county_code, w.county_code) AS county_code,
    CAST(coalesce(p.workforce, 0) AS BIGINT) AS workforce,
    CAST(coalesce(p.at_work, 0) AS BIGINT) AS at_work,
    CAST(coalesce(w.standing, 0) AS BIGINT) AS standing,
    CAST(coalesce(w.opened, 0) AS BIGINT) AS opened,
    CAST(coalesce(w.ended, 0) AS BIGINT) AS ended
FROM peopled p
FULL JOIN warned w ON w.run_date = p.run_date AND w.county_code = p.county_code
ORDER BY run_date, county_code
