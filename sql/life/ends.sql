-- One row per hit that is the last of its warning: the first later run date, up to the date asked for, that was
-- judged and on which the rule no longer held. Run dates on which it could not be judged are passed over.
WITH held AS (
    SELECT
        rule, subject_key, county_code, run_date,
        lead(run_date) OVER (PARTITION BY rule, subject_key ORDER BY run_date) AS next_held_on
    FROM all_hits
    WHERE in_window AND is_judged
),
passed_over AS (
    SELECT DISTINCT rule, county_code, run_date FROM all_unjudged
),
days_without AS (
    SELECT h.rule, h.subject_key, h.county_code, h.run_date, d.run_date AS later_date
    FROM held h
    JOIN run_dates n ON n.run_date = h.run_date
    JOIN run_dates d ON d.run_date > h.run_date AND (h.next_held_on IS NULL OR d.run_date < h.next_held_on)
    WHERE n.next_run_date < coalesce(h.next_held_on, DATE '9999-12-31')
)
SELECT w.rule, w.subject_key, w.run_date, min(w.later_date) AS ended_on
FROM days_without w
ANTI JOIN passed_over p ON p.rule = w.rule AND p.county_code = w.county_code AND p.run_date = w.later_date
GROUP BY w.rule, w.subject_key, w.run_date
