-- One row: the numbers of the province on the date. The workforce is everybody but the dead and those outside labour.
WITH people_now AS (
    SELECT
        count(*) AS persons,
        count(CASE WHEN state NOT IN ('deceased', 'outside_labour') THEN 1 END) AS workforce,
        count(CASE WHEN state IN ('employed', 'on_post', 'unverified', 'suspected_unemployed') THEN 1 END) AS working,
        count(CASE WHEN state = 'on_post' THEN 1 END) AS on_post,
        count(CASE WHEN state = 'unemployed' THEN 1 END) AS unemployed
    FROM states
),
warnings_now AS (
    SELECT
        count(CASE WHEN w.status IN ('open', 'confirmed', 'served') THEN 1 END) AS standing,
        count(CASE WHEN w.opened_on = run.run_date THEN 1 END) AS opened,
        count(CASE WHEN w.resolved_on = run.run_date THEN 1 END) AS ended,
        count(CASE WHEN w.is_overdue THEN 1 END) AS overdue,
        count(CASE WHEN w.is_service_overdue THEN 1 END) AS service_overdue
    FROM warnings w
    CROSS JOIN run
)
SELECT
    p.persons, p.workforce, p.working, p.on_post, p.unemployed,
    w.standing, w.opened, w.ended, w.overdue, w.service_overdue
FROM people_now p
CROSS JOIN warnings_now w
