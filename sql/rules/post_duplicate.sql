-- One row per person on two or more posts at once, and ledger row. A handover on the day itself is no duplicate.
-- 一人多岗: clause 二、（七）; red where two of the posts paid for the same period.
WITH begun AS (
    SELECT h.*
    FROM post_holders h
    CROSS JOIN run
    WHERE h.on_post_from < run.run_date
),
holders AS (
    SELECT person, name_key, count(DISTINCT post_no) AS posts
    FROM begun
    GROUP BY person, name_key
    HAVING count(DISTINCT post_no) >= 2
),
paid_twice AS (
    SELECT s.person, s.name_key, s.period
    FROM payments s
    SEMI JOIN holders d ON d.person = s.person AND d.name_key = s.name_key
    SEMI JOIN begun h ON h.person = s.person AND h.name_key = s.name_key AND h.post_no = s.post_no
    GROUP BY s.person, s.name_key, s.period
    HAVING count(DISTINCT s.post_no) >= 2
),
paid_holders AS (
    SELECT DISTINCT person, name_key FROM paid_twice
),
paid_rows AS (
    SELECT s.person, s.name_key, s.post_no, s.ord
    FROM payments s
    SEMI JOIN paid_twice t ON t.person = s.person AND t.name_key = s.name_key AND t.period = s.period
)
SELECT
    h.person AS key_person,
    h.person,
    h.county_code,
    h.village_code,
    CASE WHEN t.person IS NOT NULL THEN 4 ELSE 2 END AS level,
    TRUE AS in_window,
    '台账显示本人同时在' || CAST(d.posts AS VARCHAR) || '个岗位上岗'
        || CASE WHEN t.person IS NOT NULL THEN '，且其中两个以上岗位发放了同一月份的补贴' ELSE '' END
        || '；请村干部核实实际在哪个岗位，由岗位开发主管部门更正台账或办理退岗。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    CASE WHEN x.ord IS NOT NULL THEN 'subsidies' END AS fact_feed,
    x.ord AS fact_ord
FROM begun h
JOIN holders d ON d.person = h.person AND d.name_key = h.name_key
LEFT JOIN paid_holders t ON t.person = h.person AND t.name_key = h.name_key
LEFT JOIN paid_rows x ON x.person = h.person AND x.name_key = h.name_key AND x.post_no = h.post_no
