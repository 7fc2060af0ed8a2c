-- One row per transport allowance of a person without work outside the province in that year, where that can be
-- judged, or beyond the year's first. 跨省交通补助不符合条件: clause 二、（一）.
WITH transport AS (
    SELECT
        a.*,
        a.period // 12 AS paid_year,
        row_number() OVER (
            PARTITION BY a.person, a.name_key, a.period // 12
            ORDER BY a.paid_on, a.payment_no
        ) AS nth_payment
    FROM allowance_payments a
    WHERE a.kind = '跨省交通补助'
),
worked_outside AS (
    SELECT DISTINCT t.ord
    FROM transport t
    JOIN employment e ON e.person = t.person AND e.name_key = t.name_key
    WHERE substr(e.work_region, 1, 2) <> substr(t.county_code, 1, 2)
        AND year(e.started_on) <= t.paid_year
        AND (e.ended_on IS NULL OR year(e.ended_on) >= t.paid_year)
),
employment_doubts AS (
    SELECT DISTINCT person, name_key FROM doubts WHERE feed = 'employment'
),
without_work AS (
    SELECT t.ord
    FROM transport t
    ANTI JOIN worked_outside w ON w.ord = t.ord
    ANTI JOIN employment_doubts d ON d.person = t.person
    ANTI JOIN employment_doubts n ON n.name_key = t.name_key
)
SELECT
    t.payment_no AS key_rest,
    t.person,
    t.county_code,
    2 AS level,
    TRUE AS in_window,
    t.period,
    CAST(t.paid_on AS VARCHAR) || '发放' || t.month || '月份跨省交通补助'
        || rtrim(rtrim(CAST(t.amount AS VARCHAR), '0'), '.') || '元，'
        || CASE
            WHEN t.nth_payment > 1 THEN '为本人' || CAST(t.paid_year AS VARCHAR) || '年度第' || CAST(t.nth_payment AS VARCHAR) || '次'
            ELSE '但没有查到本人' || CAST(t.paid_year AS VARCHAR) || '年在省外务工的记录'
        END
        || '；请人社部门核对务工证明和发放记录，漏登的补登务工信息，重复或不符合条件的按规定处理。' AS reason,
    'allowances' AS subject_feed,
    t.ord AS subject_ord,
    CASE WHEN b.ord IS NOT NULL THEN 'allowances' END AS fact_feed,
    b.ord AS fact_ord
FROM transport t
LEFT JOIN transport b
    ON b.person = t.person AND b.name_key = t.name_key AND b.paid_year = t.paid_year
    AND b.nth_payment < t.nth_payment
LEFT JOIN without_work w ON w.ord = t.ord
WHERE w.ord IS NOT NULL OR t.nth_payment > 1
