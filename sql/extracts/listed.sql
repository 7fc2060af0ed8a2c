-- One row per warning that a county follows up: open, confirmed or served, with its place, evidence and deadline.
-- Dismissed and suppressed ones have left the extract; what is resolved or lapsed needs no one any more.
WITH live AS (
    SELECT * FROM warnings WHERE is_standing
),
known AS (
    SELECT w.warning_id, p.household_no, p.village_code, p.contact_key
    FROM live w
    JOIN people p ON p.person = w.person AND p.county_code = w.county_code
),
homes_asked AS (
    SELECT DISTINCT w.county_code, coalesce(w.household_no, p.household_no) AS household_no
    FROM live w
    LEFT JOIN known p ON p.warning_id = w.warning_id
),
homes AS (
    SELECT p.county_code, p.household_no, min(p.village_code) AS village_code, min(p.contact_key) AS contact_key
    FROM people p
    SEMI JOIN homes_asked a ON a.county_code = p.county_code AND a.household_no = p.household_no
    GROUP BY p.county_code, p.household_no
),
workplaces AS (
    SELECT person, county_code, min(village_code) AS village_code FROM post_holders GROUP BY person, county_code
),
evidence_rows AS (
    SELECT
        e.warning_id, e.feed, e.delivered_on, e.file, e.row_number,
        row_number() OVER (PARTITION BY e.warning_id, e.feed, e.delivered_on, e.file ORDER BY e.row_number) AS place
    FROM live w
    JOIN warning_evidence e ON e.warning_id = w.warning_id
),
evidence_files AS (
    SELECT
        warning_id, feed, delivered_on, file,
        string_agg(CAST(row_number AS VARCHAR), '、' ORDER BY row_number) FILTER (WHERE place <= 5) AS row_numbers,
        count(*) AS rows,
        row_number() OVER (PARTITION BY warning_id ORDER BY feed, delivered_on, file) AS place
    FROM evidence_rows
    GROUP BY warning_id, feed, delivered_on, file
),
evidence_words AS (
    SELECT
        f.warning_id,
        string_agg(
            n.chinese || ' ' || CAST(f.delivered_on AS VARCHAR)
                || coalesce(
                    ' 第' || CAST(f.file AS VARCHAR) || '个文件第' || f.row_numbers || '行'
                        || CASE WHEN f.rows > 5 THEN '等' || CAST(f.rows AS VARCHAR) || '行' ELSE '' END,
                    '（原文件已被替换）'
                ),
            '；' ORDER BY f.place
        ) FILTER (WHERE f.place <= 5)
            || CASE WHEN max(f.place) > 5 THEN '；等共' || CAST(sum(f.rows) AS VARCHAR) || '行' ELSE '' END AS evidence
    FROM evidence_files f
    JOIN feed_names n ON n.feed = f.feed
    GROUP BY f.warning_id
),
answers AS ( -- what else was written down with the answer that counts
    SELECT w.warning_id, f.why_key, f.note_key
    FROM live w
    JOIN staged_feedback f ON f.warning_id = w.warning_id AND f.checked_on = w.checked_on
    WHERE NOT f.superseded
    QUALIFY row_number() OVER (PARTITION BY w.warning_id ORDER BY f.ord DESC) = 1
),
placed AS (
    SELECT
        w.*,
        r.title, r.list, r.office,
        coalesce(w.household_no, p.household_no) AS home,
        coalesce(w.village_code, p.village_code, h.village_code, o.village_code) AS place,
        coalesce(p.contact_key, h.contact_key) AS contact_key,
        e.evidence
    FROM live w
    JOIN reference_rules r ON r.rule = w.rule
    LEFT JOIN known p ON p.warning_id = w.warning_id
    LEFT JOIN homes h
        ON h.county_code = w.county_code AND h.household_no = coalesce(w.household_no, p.household_no)
    LEFT JOIN workplaces o ON o.person = w.person AND o.county_code = w.county_code
    LEFT JOIN evidence_words e ON e.warning_id = w.warning_id
)
SELECT
    w.county_code,
    w.list,
    substr(w.place, 1, 9) AS township_code,
    t.township,
    w.place AS village_code,
    w.home AS household_no,
    w.warning_id,
    w.rule,
    w.title,
    w.office,
    w.level,
    w.status,
    w.person,
    w.key_employer,
    w.key_rest,
    w.contact_key,
    w.reason
        || coalesce(
            '（以上是' || CAST(w.last_held_on AS VARCHAR) || '的情况，数据此后可能有更正；现在无法重新判断，预警先保留：'
                || u.why || '。）',
            ''
        )
        || coalesce(f.found, '')
        || coalesce(d.unread, '') AS reason,
    w.evidence,
    s.since,
    w.opened_on,
    w.opened_on = run.run_date AS is_new,
    CASE WHEN w.status = 'open' THEN w.due_on WHEN w.status = 'confirmed' AND w.list = '帮扶' THEN
        w.checked_on + k.serve_within_days END AS due_on,
    w.outcome,
    w.checked_on,
    w.service,
    w.served_on,
    a.why_key,
    a.note_key
FROM placed w
CROSS JOIN run
LEFT JOIN states s ON s.person = w.person
LEFT JOIN parameters k ON k.county_code = w.county_code
LEFT JOIN found_since f ON f.warning_id = w.warning_id
LEFT JOIN unread_rows d ON d.warning_id = w.warning_id
LEFT JOIN answers a ON a.warning_id = w.warning_id
LEFT JOIN kept_open u ON u.rule = w.rule AND u.county_code = w.county_code
LEFT JOIN reference_townships t ON t.township_code = substr(w.place, 1, 9)
