-- One row per county with lost jobs that were confirmed in the village: of those served in the last 365 days how many
-- days passed from the loss to the service, and how many still wait for one. Ended ones count, too.
WITH confirmed AS (
    SELECT
        w.county_code, w.person, l.since, w.status,
        CASE WHEN w.service IS NOT NULL AND w.served_on <= run.run_date THEN w.served_on END AS served_on
    FROM warnings w
    LEFT JOIN losses l ON l.person = w.person AND l.run_date = w.last_held_on
    CROSS JOIN run
    WHERE w.rule = 'job_lost' AND w.outcome = '属实'
)
SELECT
    c.county_code,
    count(CASE WHEN c.served_on >= c.since AND c.served_on > run.run_date - 365 THEN 1 END) AS served,
    median(
        CASE WHEN c.served_on >= c.since AND c.served_on > run.run_date - 365
            THEN date_diff('day', c.since, c.served_on) END
    ) AS median_days,
    count(CASE WHEN c.status = 'confirmed' THEN 1 END) AS waiting
FROM confirmed c
CROSS JOIN run
GROUP BY c.county_code
