-- One row per county, township and date compared: how many can work, how many do, and on what.
-- The dates are the run date, the last one of the month before, and the year's first; 就业规模 and 就业率.
SELECT
    d.compared,
    d.run_date,
    d.county_code,
    d.township_code,
    t.township,
    count(CASE WHEN d.state NOT IN ('deceased', 'outside_labour') THEN 1 END) AS labour_force,
    count(CASE WHEN d.state IN ('employed', 'on_post') THEN 1 END) AS employed,
    count(CASE WHEN d.state = 'on_post' THEN 1 END) AS on_post,
    count(CASE WHEN d.state = 'on_post' AND d.labour = '弱劳动力或半劳动力' THEN 1 END) AS weak_on_post,
    count(CASE WHEN d.state = 'unverified' THEN 1 END) AS unverified,
    count(CASE WHEN d.state = 'suspected_unemployed' THEN 1 END) AS suspected,
    count(CASE WHEN d.state = 'unemployed' THEN 1 END) AS unemployed,
    count(CASE WHEN d.state = 'never_employed' THEN 1 END) AS never_employed,
    count(CASE WHEN d.state NOT IN ('deceased', 'outside_labour') AND d.is_covered THEN 1 END) AS insured
FROM dated_states d
LEFT JOIN reference_townships t ON t.township_code = d.township_code
GROUP BY d.compared, d.run_date, d.county_code, d.township_code, t.township
