-- One row per rule, subject key and delivered row that made the rule hold on the run date.
SELECT DISTINCT rule, subject_key, subject_feed AS feed, subject_ord AS ord
FROM rows_in_force
WHERE in_window AND subject_ord IS NOT NULL
UNION
SELECT DISTINCT rule, subject_key, fact_feed, fact_ord
FROM rows_in_force
WHERE in_window AND fact_ord IS NOT NULL
