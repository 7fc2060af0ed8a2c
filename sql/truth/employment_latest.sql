-- One row per record of work: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT record_no, max(ord) AS ord
    FROM staged_employment
    WHERE NOT superseded
    GROUP BY record_no
    HAVING count(*) > 1
)
SELECT s.record_no, s.person, s.name_key, s.channel, s.employer_name_key, s.employer_code, s.work_region,
    s.started_on, s.ended_on, s.monthly_wage, s.updated_on, s.delivered_on, s.ord
FROM staged_employment s
ANTI JOIN came_again a
    ON a.record_no = s.record_no AND a.ord > s.ord
WHERE NOT s.superseded
