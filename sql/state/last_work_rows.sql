-- One row per row that says when a person last worked: the candidates for the last working day.
-- `place` orders the causes where two name the same day. `ended_by` is what a row says of an end that is no lost job, if
-- that is all it says: a holder's father may have died. `is_said_dead`: that row, or one of two months before it, says so.
WITH reasons AS (
    SELECT off_reason AS reason FROM posts WHERE off_reason IS NOT NULL
    UNION
    SELECT stop_reason FROM cover_rows WHERE stop_reason IS NOT NULL
),
ends AS (
    SELECT
        reason,
        CASE
            WHEN regexp_matches(
                reason,
                '^(本人|人员|在职|已|因公|因工|因|疾病|病|意外|工伤|车祸|事故|自然|正常|突发|突然)*'
                    || '(死亡|去世|病故|病逝|身故|亡故|已故|病亡|过世|离世|逝世)'
                    || '[，,、。；;（）()0-9年月日./ -]*(退岗|离岗|停保|终止|减员|注销|退出)*$'
            ) THEN '死亡'
            WHEN regexp_matches(
                reason,
                '^(本人|人员|在职|已|因|正常|提前|法定|年龄|到|达|满|到龄|达龄|办理|领取|享受|转)*退休(人员|年龄|待遇|金)*'
                    || '[，,、。；;（）()0-9年月日./ -]*(退岗|离岗|停保|终止|减员|退出)*$'
            ) THEN '退休'
        END AS ended_by
    FROM reasons
),
candidates AS (
    SELECT
        e.person, e.ended_on AS last_day, 'employment_ended' AS cause, 1 AS place, 'employment' AS feed, e.ord,
        CAST(NULL AS VARCHAR) AS reason
    FROM employment e
    CROSS JOIN run
    WHERE e.ended_on < run.run_date
    UNION ALL
    SELECT h.person, h.off_post_on, 'post_ended', 2, 'posts', h.ord, h.off_reason
    FROM posts h
    CROSS JOIN run
    WHERE h.off_post_on < run.run_date
    UNION ALL
    SELECT
        c.person,
        CASE WHEN c.is_stopped THEN c.first_day - 1 ELSE c.last_day END,
        CASE WHEN c.is_stopped THEN 'insurance_stopped' ELSE 'insurance_lapsed' END,
        CASE WHEN c.is_stopped THEN 3 ELSE 4 END,
        'insurance',
        r.ord,
        CASE WHEN c.is_stopped THEN r.stop_reason END
    FROM employer_cover c
    JOIN cover_rows r ON r.person = c.person AND r.employer_no_key = c.employer_no_key
    WHERE NOT c.is_covered
),
said_dead AS (
    SELECT h.person, h.off_post_on AS last_day
    FROM posts h
    JOIN ends d ON d.reason = h.off_reason AND d.ended_by = '死亡'
    CROSS JOIN run
    WHERE h.off_post_on < run.run_date
    UNION ALL
    SELECT c.person, c.first_day - 1
    FROM cover_rows r
    JOIN ends d ON d.reason = r.stop_reason AND d.ended_by = '死亡'
    JOIN employer_cover c ON c.person = r.person AND c.employer_no_key = r.employer_no_key
    WHERE c.is_stopped AND NOT c.is_covered
),
dead AS (
    SELECT person, max(last_day) AS last_day FROM said_dead GROUP BY person
),
newest AS (
    SELECT * FROM candidates QUALIFY rank() OVER (PARTITION BY person ORDER BY last_day DESC, place) = 1
)
SELECT
    n.person, n.last_day, n.cause, n.place, n.feed, n.ord, e.ended_by,
    coalesce(d.last_day > n.last_day - 62, FALSE) AS is_said_dead
FROM newest n
LEFT JOIN ends e ON e.reason = n.reason
LEFT JOIN dead d ON d.person = n.person
