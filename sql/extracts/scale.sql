-- One row per county, township and date compared: how many can work, how many do, and on what.
-- The dates are the run date, the last one of the month before, and the year's first; 就业规模 and 就业率.
SELECT
    d.compared, w.run_date, w.county_code, w.township_code, t.township,
    w.workforce, w.at_work, w.on_post, w.weak_on_post,
    w.unverified, w.suspected, w.unemployed, w.never_employed, w.insured
FROM all_workforce w
JOIN compared_dates d ON d.run_date = w.run_date
LEFT JOIN reference_townships t ON t.township_code = w.township_code
