-- One row per ledger row whose person is on the post on the run date: the subjects of post rules.
SELECT
    p.*,
    CAST(year(run.run_date) - year(p.born_on)
        - CASE
            WHEN month(run.run_date) * 100 + day(run.run_date) < month(p.born_on) * 100 + day(p.born_on) THEN 1
            ELSE 0
        END AS INTEGER) AS age
FROM posts p
CROSS JOIN run
WHERE p.on_post_from <= run.run_date AND (p.off_post_on IS NULL OR run.run_date <= p.off_post_on)
