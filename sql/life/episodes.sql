-- One row per warning, opened on or before the date asked for: the run dates in a row on which a rule held for a subject.
WITH held AS (
    SELECT
        h.rule, h.subject_key, h.county_code, h.level, h.run_date, e.ended_on,
        lag(e.ended_on) OVER (
            PARTITION BY h.rule, h.subject_key ORDER BY h.run_date
        ) AS previous_ended_on,
        lag(h.run_date) OVER (
            PARTITION BY h.rule, h.subject_key ORDER BY h.run_date
        ) AS previous_run_date
    FROM all_hits h
    LEFT JOIN ends e
        ON e.rule = h.rule
        AND e.subject_key = h.subject_key
        AND e.run_date = h.run_date
    WHERE h.in_window AND h.is_judged
),
numbered AS (
    SELECT
        *,
        sum(CASE WHEN previous_run_date IS NULL OR previous_ended_on IS NOT NULL THEN 1 ELSE 0 END) OVER (
            PARTITION BY rule, subject_key ORDER BY run_date
        ) AS episode
    FROM held
),
episodes AS (
    SELECT
        rule, subject_key, episode,
        min(run_date) AS opened_on,
        max(run_date) AS last_held_on,
        max(ended_on) AS ended_on
    FROM numbered
    GROUP BY rule, subject_key, episode
),
still_so AS (
    -- The rule without its window, or in a county where it could not be judged: nobody was helped.
    SELECT DISTINCT rule, subject_key, run_date FROM all_hits WHERE NOT in_window OR NOT is_judged
)
SELECT
    p.rule, p.subject_key, p.episode, p.opened_on, p.last_held_on, p.ended_on,
    x.run_date IS NOT NULL AS is_lapsed,
    n.county_code,
    n.level
FROM episodes p
JOIN numbered n
    ON n.rule = p.rule
    AND n.subject_key = p.subject_key
    AND n.run_date = p.last_held_on
LEFT JOIN still_so x
    ON x.rule = p.rule
    AND x.subject_key = p.subject_key
    AND x.run_date = p.ended_on
