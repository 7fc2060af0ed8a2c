-- One row per rule and county in which it was not judged on the run date, or not for all months, and why not.
SELECT j.county_code, r.title, j.why, j.is_judged
FROM judged j
JOIN reference_rules r ON r.rule = j.rule
WHERE j.why IS NOT NULL
