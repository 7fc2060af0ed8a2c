-- One row per answer that came back in the last 30 days and is not used as it was meant: where it stood, what was typed,
-- and why. It is shown to its warning's county; where nobody knows the warning, to the one county its file answers.
WITH placed_rows AS (
    SELECT *, CAST(ord // 1000000000 % 10000 AS INTEGER) AS file, CAST(ord % 1000000000 AS BIGINT) AS row_number
    FROM delivered_feedback
),
counted AS (
    SELECT d.* FROM placed_rows d SEMI JOIN staged_feedback s ON s.ord = d.ord
),
counting AS ( -- the answer that counts: of the latest check, what came last
    SELECT warning_id, checked_on, outcome, service, served_on, ord
    FROM counted
    WHERE NOT superseded
    QUALIFY row_number() OVER (PARTITION BY warning_id ORDER BY checked_on DESC, ord DESC) = 1
),
accepted AS (
    -- A check of tomorrow is not overtaken by what is checked today, however long ago it came.
    SELECT c.*
    FROM counted c
    CROSS JOIN run
    WHERE NOT c.superseded AND (c.delivered_on > run.run_date - 30 OR c.checked_on > run.run_date)
),
held AS (
    SELECT d.*
    FROM placed_rows d
    ANTI JOIN staged_feedback s ON s.ord = d.ord
    CROSS JOIN run
    WHERE NOT d.superseded AND d.delivered_on > run.run_date - 30
),
answered AS (
    SELECT
        a.*, w.opened_on, w.warning_id IS NULL AS is_unknown,
        a.service IS NOT NULL OR a.served_on IS NOT NULL AS is_served, s.since, k.ord IS NOT NULL AS is_counting
    FROM accepted a
    LEFT JOIN counting k ON k.ord = a.ord
    LEFT JOIN warnings w ON w.warning_id = a.warning_id
    LEFT JOIN states s
        ON s.person = w.person AND w.rule IN ('job_lost', 'job_loss_suspected', 'benefit_unclaimed')
),
winning AS ( -- what is said of an answer is said of the one that counts
    SELECT * FROM answered WHERE is_counting AND NOT is_unknown
),
overtaken AS (
    -- It came later and says something else, but of an earlier check: it counts for nothing.
    SELECT a.delivered_on, a.file, a.row_number, a.warning_id, a.checked_on
    FROM answered a
    JOIN counting k ON k.warning_id = a.warning_id AND k.checked_on > a.checked_on AND k.ord < a.ord
    WHERE a.opened_on <= a.checked_on
        AND (
            a.outcome <> k.outcome
            OR a.service IS DISTINCT FROM k.service
            OR a.served_on IS DISTINCT FROM k.served_on
        )
),
contradicted AS (
    -- Of two answers to a warning with the same date and delivery the later row counts: which was meant, only who
    -- typed them knows.
    SELECT c.delivered_on, c.file, c.row_number, c.warning_id, c.checked_on, c.outcome
    FROM counted c
    JOIN winning a
        ON a.warning_id = c.warning_id AND a.checked_on = c.checked_on AND a.delivered_on = c.delivered_on
    WHERE c.superseded AND c.outcome <> a.outcome
),
taken_back AS (
    -- What was said, then said otherwise, and now as at first: an old file that was sent once more, as a rule.
    SELECT DISTINCT a.delivered_on, a.file, a.row_number, a.warning_id, a.checked_on, a.outcome
    FROM winning a
    JOIN counted between_them
        ON between_them.warning_id = a.warning_id AND between_them.checked_on = a.checked_on
        AND between_them.delivered_on < a.delivered_on AND NOT between_them.superseded
    JOIN counted first_said
        ON first_said.warning_id = a.warning_id AND first_said.checked_on = a.checked_on
        AND first_said.delivered_on < between_them.delivered_on AND NOT first_said.superseded
    WHERE first_said.outcome = a.outcome
        AND first_said.service IS NOT DISTINCT FROM a.service
        AND first_said.served_on IS NOT DISTINCT FROM a.served_on
        AND (
            between_them.outcome <> a.outcome
            OR between_them.service IS DISTINCT FROM a.service
            OR between_them.served_on IS DISTINCT FROM a.served_on
        )
),
dropped AS (
    -- Help was told with the same check before, and now none: a copy that lacks it, as a rule.
    SELECT DISTINCT a.delivered_on, a.file, a.row_number, a.warning_id, a.checked_on
    FROM winning a
    JOIN counted c ON c.warning_id = a.warning_id AND c.checked_on = a.checked_on AND c.ord < a.ord
    ANTI JOIN taken_back t ON t.warning_id = a.warning_id
    WHERE a.outcome = '属实' AND c.outcome = '属实' AND c.service IS NOT NULL AND c.served_on IS NOT NULL
        AND a.service IS NULL
),
known_names AS (
    SELECT w.warning_id, w.person, min(coalesce(p.name_key, e.name_key)) AS name_key
    FROM warnings w
    SEMI JOIN accepted a ON a.warning_id = w.warning_id
    LEFT JOIN people p ON p.person = w.person
    LEFT JOIN warning_evidence e ON e.warning_id = w.warning_id AND e.person = w.person
    WHERE w.person IS NOT NULL AND w.key_employer IS NULL
    GROUP BY w.warning_id, w.person
    HAVING count(DISTINCT coalesce(p.name_key, e.name_key)) = 1
),
misplaced AS (
    -- The row that came back has another's name: rows that were sorted in part, as a rule.
    SELECT a.delivered_on, a.file, a.row_number, a.warning_id, a.checked_on, k.person, a.name_key
    FROM winning a
    JOIN known_names k ON k.warning_id = a.warning_id
    WHERE a.name_key <> k.name_key
),
names_before AS ( -- a name that was corrected since is not another's
    SELECT person, name_key FROM delivered_registry WHERE person IN (SELECT person FROM misplaced)
    UNION
    SELECT person, name_key FROM delivered_posts WHERE person IN (SELECT person FROM misplaced)
    UNION
    SELECT person, name_key FROM delivered_employment WHERE person IN (SELECT person FROM misplaced)
),
opened_again AS (
    -- The answer is to a warning that had ended; the same stands again, under another ID, and is not answered.
    SELECT a.delivered_on, a.file, a.row_number, n.warning_id, a.warning_id AS answered_id
    FROM accepted a
    JOIN warnings w ON w.warning_id = a.warning_id
    JOIN warnings n
        ON n.rule = w.rule AND n.subject_key = w.subject_key AND n.opened_on >= w.resolved_on
        AND n.opened_on <= a.checked_on AND n.status = 'open'
),
last_answers AS (
    -- The answer that counts for a lost job: of this warning, or a 不属实 of one before it.
    SELECT
        c.delivered_on, c.file, c.row_number, w.warning_id, w.status, w.served_on, s.since,
        -- However late a check says it was, it was made before it came.
        least(c.checked_on, c.delivered_on) AS checked_on
    FROM warnings w
    JOIN states s ON s.person = w.person
    JOIN warnings d
        ON d.rule = w.rule AND d.subject_key = w.subject_key AND d.opened_on <= w.opened_on
        -- An answer of its own counts before one to an earlier warning.
        AND CASE WHEN w.outcome IS NOT NULL THEN d.warning_id = w.warning_id ELSE d.outcome = '不属实' END
    JOIN counted c ON c.warning_id = d.warning_id AND c.checked_on = d.checked_on AND NOT c.superseded
    WHERE w.rule = 'job_lost' AND w.status IN ('dismissed', 'suppressed', 'served')
    QUALIFY row_number() OVER (PARTITION BY w.warning_id ORDER BY d.opened_on DESC, c.ord DESC) = 1
),
lost_again AS ( -- work was lost anew after an answer that still counts
    SELECT delivered_on, file, row_number, warning_id, status, since
    FROM last_answers
    WHERE checked_on < since AND NOT coalesce(status = 'served' AND served_on >= since, FALSE)
),
faults AS (
    SELECT
        delivered_on, file, row_number, warning_id, reason, faulty_column, cell, CAST(NULL AS DATE) AS checked_on
    FROM quarantined_answers
    UNION ALL
    SELECT delivered_on, file, CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR), reason, CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR), NULL
    FROM noted_answers
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'held', 'outcome', outcome, NULL FROM held
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'unknown_warning', 'warning_id', warning_id, NULL
    FROM answered
    WHERE is_unknown
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'checked_before_opened', 'checked_on', CAST(checked_on AS VARCHAR),
        NULL
    FROM answered
    WHERE checked_on < opened_on
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'overtaken', 'checked_on', CAST(checked_on AS VARCHAR), checked_on
    FROM overtaken
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'checked_after_delivery', 'checked_on', CAST(checked_on AS VARCHAR),
        checked_on
    FROM winning
    WHERE checked_on > delivered_on
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'service_incomplete',
        CASE WHEN service IS NULL THEN 'service' ELSE 'served_on' END, CAST(NULL AS VARCHAR), checked_on
    FROM winning
    WHERE outcome = '属实' AND (service IS NULL) <> (served_on IS NULL)
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'denied_and_served', 'outcome', outcome, checked_on
    FROM winning
    WHERE outcome = '不属实' AND is_served
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'served_after_delivery', 'served_on', CAST(served_on AS VARCHAR),
        checked_on
    FROM winning
    WHERE outcome = '属实' AND service IS NOT NULL AND served_on > delivered_on
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id, 'served_before_loss', 'served_on', CAST(served_on AS VARCHAR),
        checked_on
    FROM winning
    WHERE outcome = '属实' AND service IS NOT NULL AND served_on < since
        AND since <= least(checked_on, delivered_on)
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'answered_twice', 'outcome', outcome, checked_on
    FROM contradicted
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'taken_back', 'outcome', outcome, checked_on FROM taken_back
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'service_dropped', 'service', NULL, checked_on FROM dropped
    UNION ALL
    SELECT m.delivered_on, m.file, m.row_number, m.warning_id, 'misplaced', 'name', NULL, m.checked_on
    FROM misplaced m
    ANTI JOIN names_before n ON n.person = m.person AND n.name_key = m.name_key
    UNION ALL
    SELECT delivered_on, file, row_number, warning_id, 'opened_again', 'warning_id', answered_id, NULL FROM opened_again
    UNION ALL
    SELECT
        delivered_on, file, row_number, warning_id,
        CASE WHEN status = 'served' THEN 'lost_after_service' ELSE 'lost_again' END, 'outcome', CAST(since AS VARCHAR),
        NULL
    FROM lost_again
),
named AS (
    SELECT delivered_on, file, warning_id FROM accepted
    UNION ALL
    SELECT delivered_on, file, warning_id FROM held
    UNION ALL
    SELECT delivered_on, file, warning_id FROM quarantined_answers
),
file_counties AS (
    SELECT n.delivered_on, n.file, min(w.county_code) AS county_code
    FROM named n
    JOIN warnings w ON w.warning_id = n.warning_id
    GROUP BY n.delivered_on, n.file
    HAVING count(DISTINCT w.county_code) = 1
),
placed AS (
    SELECT f.*, coalesce(w.county_code, c.county_code) AS county_code, w.resolved_on, w.rule, w.person, w.household_no
    FROM faults f
    LEFT JOIN warnings w ON w.warning_id = f.warning_id
    LEFT JOIN file_counties c ON w.warning_id IS NULL AND c.delivered_on = f.delivered_on AND c.file = f.file
),
standing AS (
    -- What was answered again since, and what has ended, nobody need mend. An answer of an earlier date than the one
    -- it is to mend counts for nothing.
    SELECT p.*
    FROM placed p
    ANTI JOIN accepted a
        ON a.warning_id = p.warning_id
        AND (p.checked_on IS NULL OR a.checked_on >= p.checked_on)
        AND (
            a.delivered_on > p.delivered_on
            OR (
                p.reason <> 'answered_twice' AND a.delivered_on = p.delivered_on
                AND (a.file > p.file OR (a.file = p.file AND a.row_number > p.row_number))
            )
        )
    WHERE p.county_code IS NOT NULL AND p.resolved_on IS NULL
)
SELECT
    s.county_code, s.delivered_on, s.file, s.row_number, s.warning_id, r.title, p.name_key, s.household_no,
    s.faulty_column, s.cell, s.reason
FROM standing s
LEFT JOIN reference_rules r ON r.rule = s.rule
LEFT JOIN people p ON p.person = s.person
