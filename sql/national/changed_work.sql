-- One row per person whose work is known to have begun or ended: what is known of that work, nothing where it isn't.
-- 结束时间 is said where a record or the employer's stop says it; contributions that merely broke off don't. A record that
-- nobody has confirmed for long is a clue, also where an employer's contributions say that its person works.
WITH found AS (
    SELECT
        c.person, 1 AS place, w.started_on, w.ended_on, w.work_region, w.employer_name_key, w.channel,
        w.updated_on AS said_on, w.ord
    FROM changed_people c
    JOIN working_records w ON w.person = c.person
    JOIN parameters k ON k.county_code = c.county_code
    CROSS JOIN run
    ANTI JOIN contradictions x ON x.record_ord = w.ord
    WHERE c.state = 'employed' AND NOT coalesce(w.updated_on < run.run_date - k.stale_days, FALSE)
    UNION ALL
    SELECT c.person, 2, NULL, NULL, NULL, r.employer_name_key, NULL, v.last_day, r.ord
    FROM changed_people c
    JOIN employer_cover v ON v.person = c.person AND v.is_covered
    JOIN cover_rows r ON r.person = v.person AND r.employer_no_key = v.employer_no_key
    WHERE c.state = 'employed'
    UNION ALL
    SELECT c.person, 1, e.started_on, e.ended_on, e.work_region, e.employer_name_key, e.channel, e.updated_on, e.ord
    FROM changed_people c
    JOIN last_work_rows l ON l.person = c.person AND l.feed = 'employment'
    JOIN employment e ON e.ord = l.ord
    WHERE c.cause = 'employment_ended'
    UNION ALL
    SELECT
        c.person, 2, NULL, CASE WHEN c.cause = 'insurance_stopped' THEN l.last_day END, NULL, r.employer_name_key, NULL,
        l.last_day, r.ord
    FROM changed_people c
    JOIN last_work_rows l ON l.person = c.person AND l.feed = 'insurance'
    JOIN cover_rows r ON r.person = l.person AND r.ord = l.ord
    WHERE c.cause IN ('insurance_stopped', 'insurance_lapsed')
),
latest AS (
    SELECT *
    FROM found
    QUALIFY row_number() OVER (PARTITION BY person ORDER BY place, said_on DESC, started_on DESC, ord DESC) = 1
)
SELECT
    c.person,
    c.state = 'employed' AS is_working,
    l.started_on,
    CASE WHEN year(l.ended_on) < 9999 THEN l.ended_on END AS ended_on,
    l.work_region,
    l.employer_name_key,
    l.channel
FROM changed_people c
LEFT JOIN latest l ON l.person = c.person
WHERE c.state IN ('employed', 'unemployed', 'never_employed')
