-- One row per row that says when a person last worked: the candidates for the last working day.
-- `place` orders the causes where two name the same day; `ended_by` is what a row says of an end that is no lost job.
WITH candidates AS (
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
)
SELECT
    c.person, c.last_day, c.cause, c.place, c.feed, c.ord,
    CASE
        WHEN c.reason LIKE '%死亡%' OR c.reason LIKE '%去世%' THEN '死亡'
        WHEN c.reason LIKE '%退休%' THEN '退休'
    END AS ended_by
FROM candidates c
QUALIFY rank() OVER (PARTITION BY c.person ORDER BY c.last_day DESC, c.place) = 1
