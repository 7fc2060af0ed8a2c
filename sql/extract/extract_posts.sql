-- One row per county and date that is compared: who holds a welfare post, and what became of those who held one then.
WITH holders AS (
    SELECT
        h.run_date, h.county_code, h.person,
        bool_or(coalesce(h.accident_insured_to >= h.run_date, FALSE)) AS is_insured
    FROM compared_post_holders h
    GROUP BY h.run_date, h.county_code, h.person
),
holders_now AS (
    SELECT DISTINCT person FROM post_holders
)
SELECT
    h.county_code,
    d.compared,
    count(*) AS holders,
    count(CASE WHEN p.labour = '弱劳动力或半劳动力' THEN 1 END) AS weak,
    count(CASE WHEN h.is_insured THEN 1 END) AS insured,
    count(CASE WHEN n.person IS NULL THEN 1 END) AS off,
    count(CASE WHEN n.person IS NULL AND s.state = 'employed' THEN 1 END) AS off_employed
FROM compared_dates d
JOIN holders h ON h.run_date = d.run_date
LEFT JOIN compared_people p ON p.run_date = h.run_date AND p.person = h.person
LEFT JOIN holders_now n ON n.person = h.person
LEFT JOIN states s ON s.person = h.person
GROUP BY h.county_code, d.compared
