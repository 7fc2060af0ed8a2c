-- One row per county and date compared: who held a welfare post, and what became of those who hold none now.
WITH holders AS (
    SELECT
        h.compared, h.county_code, h.person,
        bool_or(h.labour = '弱劳动力或半劳动力') AS is_weak,
        bool_and(coalesce(h.accident_policy_no IS NOT NULL AND h.accident_insured_to >= h.run_date, FALSE)) AS is_insured
    FROM dated_holders h
    GROUP BY h.compared, h.county_code, h.person
),
holders_now AS (
    SELECT DISTINCT person FROM post_holders
)
SELECT
    h.county_code,
    h.compared,
    count(*) AS holders,
    count(CASE WHEN h.is_weak THEN 1 END) AS weak,
    count(CASE WHEN h.is_insured THEN 1 END) AS insured,
    count(CASE WHEN n.person IS NULL THEN 1 END) AS off_post,
    count(CASE WHEN n.person IS NULL AND s.state = 'employed' THEN 1 END) AS employed_again,
    count(CASE WHEN n.person IS NULL AND s.state IN ('unemployed', 'never_employed') THEN 1 END) AS without_work
FROM holders h
LEFT JOIN holders_now n ON n.person = h.person
LEFT JOIN states s ON s.person = h.person
GROUP BY h.county_code, h.compared
