-- One row per person with a working record on the run date: what the records say together.
WITH contradicted AS (
    SELECT DISTINCT record_ord FROM contradictions
)
SELECT
    w.person,
    w.name_key,
    max(w.updated_on) AS updated_on,
    bool_and(c.record_ord IS NOT NULL) AS all_contradicted,
    sum(w.monthly_wage) AS monthly_wage,
    bool_and(w.monthly_wage IS NOT NULL) AS has_every_wage,
    max(CASE WHEN w.started_on > w.updated_on THEN w.started_on ELSE w.updated_on END) AS last_sign_on
FROM working_records w
LEFT JOIN contradicted c ON c.record_ord = w.ord
GROUP BY w.person, w.name_key
