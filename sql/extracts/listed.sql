-- One row per warning that a county follows up: open, confirmed or served, with its place, evidence and deadline.
-- Dismissed and suppressed ones have left the extract; what is resolved or lapsed needs no one any more.
WITH live AS (
    SELECT
        w.*,
        CASE WHEN w.person IS NULL AND w.key_employer IS NULL THEN substr(w.key_rest, 8) END AS household_no
    FROM warnings w
    WHERE w.is_standing
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
families AS ( -- how a household stands that can't be judged
    SELECT
        w.warning_id,
        count(*) FILTER (WHERE s.state IN ('on_post', 'employed')) AS at_work,
        count(*) FILTER (WHERE s.state NOT IN ('deceased', 'outside_labour')) AS able
    FROM live w
    JOIN kept_open u ON u.rule = w.rule AND u.county_code = w.county_code
    LEFT JOIN people p ON p.county_code = w.county_code AND p.household_no = w.household_no
    LEFT JOIN states s ON s.person = p.person
    WHERE w.rule = 'no_worker_household'
    GROUP BY w.warning_id
),
unused_insurance AS (
    SELECT max(delivered_on) AS delivered_on
    FROM deliveries
    WHERE feed = 'insurance' AND status IN ('held', 'rejected')
),
found_since AS (
    -- What was found since a warning last held, or beside it, and changes what is to be done: nobody calls on the dead.
    -- To be at work is news only to rules about who is not: others rest on it.
    SELECT
        w.warning_id,
        CASE
            WHEN p.is_dead AND w.rule NOT IN ('post_holder_deceased', 'subsidy_after_death')
                THEN '（死亡信息记载本人已去世：请先核实死亡信息，不必再联系本人。）'
            -- The county of other rules is that of a post or a payment, wherever the person is registered.
            WHEN u.rule IS NOT NULL AND r.family = 'Employment' AND p.county_code <> w.county_code
                THEN '（名册显示本人已转到' || coalesce(c.county, p.county_code) || '，请与该县衔接。）'
            WHEN u.rule IS NOT NULL AND s.state IN ('on_post', 'employed')
                AND w.rule IN ('job_lost', 'job_loss_suspected', 'employment_unverified', 'benefit_unclaimed')
                THEN '（最新数据显示本人已在岗或已就业，请核实后反馈。）'
            WHEN f.at_work > 0
                THEN '（最新数据显示户内已有成员在岗或已就业，请核实后反馈。）'
            WHEN f.able = 0
                THEN '（最新数据中户内已没有可以就业的成员，请先核实是否已去世、转出或不在劳动力范围。）'
            WHEN w.rule = 'job_lost' AND s.cause = 'insurance_lapsed' AND i.delivered_on >= s.since
                THEN '（' || CAST(i.delivered_on AS VARCHAR)
                    || '送达的参保缴费文件有的没有采用，其中可能有本人此后的缴费，请先核对参保情况。）'
        END AS found
    FROM live w
    CROSS JOIN unused_insurance i
    LEFT JOIN reference_rules r ON r.rule = w.rule
    LEFT JOIN people p ON p.person = w.person
    LEFT JOIN states s ON s.person = w.person
    LEFT JOIN families f ON f.warning_id = w.warning_id
    LEFT JOIN kept_open u ON u.rule = w.rule AND u.county_code = w.county_code
    LEFT JOIN reference_counties c ON c.county_code = p.county_code
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
        || coalesce('（另有数据因填写有误没有采用：' || d.unread || '，请一并核对。）', '') AS reason,
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
