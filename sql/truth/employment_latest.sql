-- One row per record of work: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT record_no, max(ord) AS ord
    FROM staged_employment
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_employment)
    GROUP BY record_no
)
SELECT s.person, s.name_key, s.channel, s.employer_name_key, s.employer_code, s.work_region,
    s.started_on, s.ended_on, s.monthly_wage, s.updated_on, s.delivered_on, s.ord
FROM staged_employment s
ANTI JOIN later l
    ON l.record_no = s.record_no AND l.ord > s.ord
WHERE NOT s.superseded
