-- One row per person on a post every day of one of the last three months for which others in the county were paid and
-- the person was not, and ledger row. 在岗未发补贴: clause 二、（七）; this one protects the holder.
-- Months further back are looked at only to tell a warning that lapsed from one that was settled.
WITH months_due AS (
    SELECT m.period, m.month, m.first_day, m.last_day, m.period >= run.run_month - 3 AS in_window
    FROM months m
    JOIN months following ON following.period = m.period + 1
    CROSS JOIN run
    WHERE m.period BETWEEN run.run_month - 12 AND run.run_month - 1 AND run.run_date > following.first_day + 14
),
paid AS (
    SELECT person, period
    FROM subsidies_latest
    WHERE amount > 0 AND coalesce(status, '成功') = '成功'
),
on_post AS (
    SELECT
        h.person, h.name_key, h.post_no, h.county_code, h.village_code, h.ord,
        d.period, d.month, d.first_day, d.last_day, d.in_window,
        CASE WHEN h.on_post_from > d.first_day THEN h.on_post_from ELSE d.first_day END AS from_day,
        CASE WHEN h.off_post_on < d.last_day THEN h.off_post_on ELSE d.last_day END AS to_day
    FROM posts h
    JOIN months_due d
        ON h.on_post_from <= d.last_day AND (h.off_post_on IS NULL OR h.off_post_on >= d.first_day)
    ANTI JOIN paid p ON p.person = h.person AND p.period = d.period
),
chained AS (
    SELECT
        *,
        max(to_day) OVER (
            PARTITION BY person, name_key, post_no, period
            ORDER BY from_day, ord
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_to
    FROM on_post
),
whole_months AS (
    SELECT person, name_key, post_no, period, month, last_day, in_window, min(county_code) AS county_code
    FROM chained
    GROUP BY person, name_key, post_no, period, month, first_day, last_day, in_window
    HAVING min(from_day) = first_day
        AND max(to_day) = last_day
        AND bool_and(covered_to IS NULL OR from_day <= covered_to + 1)
),
others_paid AS (
    SELECT DISTINCT o.person, o.name_key, o.post_no, o.period
    FROM on_post o
    SEMI JOIN counties_paid c ON c.county_code = o.county_code AND c.period = o.period
)
SELECT
    w.person AS key_person,
    w.month AS key_rest,
    w.person,
    w.county_code,
    o.village_code,
    3 AS level,
    w.in_window,
    w.period,
    '台账显示' || w.month
        || '整月在岗，所在县已有人领到该月份岗位补贴，但没有查到本人发放成功的记录（退回、追回的不算）；请岗位开发主管部门核对发放名单，漏发的补发，退回、追回的查明原因，已退岗的更正台账。' AS reason,
    'posts' AS subject_feed,
    o.ord AS subject_ord
FROM whole_months w
JOIN on_post o
    ON o.person = w.person AND o.name_key = w.name_key AND o.post_no = w.post_no AND o.period = w.period
SEMI JOIN others_paid c
    ON c.person = w.person AND c.name_key = w.name_key AND c.post_no = w.post_no AND c.period = w.period
LEFT JOIN deceased d ON d.person = w.person AND d.name_key = w.name_key
WHERE d.died_on IS NULL OR d.died_on > w.last_day
