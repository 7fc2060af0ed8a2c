-- One row per county and rule of which there are, or were on average on the seven run dates before, at least twenty
-- hits: today's number against that average. Where the rule is not judged there today, there is no number.
WITH days AS (
    SELECT d.run_date
    FROM run_dates d
    CROSS JOIN run
    WHERE d.run_date < run.run_date
    QUALIFY row_number() OVER (ORDER BY d.run_date DESC) <= 7
),
numbers AS (
    SELECT count(*) AS days FROM days
),
before AS (
    SELECT h.county_code, h.rule, count(*) AS hits
    FROM all_hits h
    SEMI JOIN days d ON d.run_date = h.run_date
    WHERE h.in_window
    GROUP BY h.county_code, h.rule
),
on_the_day AS (
    SELECT h.county_code, h.rule, count(*) AS hits
    FROM all_hits h
    JOIN run ON run.run_date = h.run_date
    WHERE h.in_window
    GROUP BY h.county_code, h.rule
),
pairs AS (
    SELECT county_code, rule FROM before
    UNION SELECT county_code, rule FROM on_the_day
),
compared AS (
    SELECT
        p.county_code, p.rule, n.days,
        coalesce(t.hits, 0) AS hits,
        CASE WHEN n.days > 0 THEN CAST(coalesce(b.hits, 0) AS DOUBLE) / n.days END AS mean_before
    FROM pairs p
    CROSS JOIN numbers n
    LEFT JOIN on_the_day t ON t.county_code = p.county_code AND t.rule = p.rule
    LEFT JOIN before b ON b.county_code = p.county_code AND b.rule = p.rule
)
SELECT
    c.county_code, c.rule AS part,
    CASE WHEN coalesce(j.is_judged, FALSE) THEN round(c.hits / greatest(c.mean_before, 1), 6) END AS hits_to_before
FROM compared c
LEFT JOIN judged j ON j.county_code = c.county_code AND j.rule = c.rule
WHERE c.hits >= 20 OR c.mean_before >= 20
