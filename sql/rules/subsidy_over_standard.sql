-- One row per payment above the highest standard of its post for its person, and ledger row of that post.
-- 补贴超标准: clause 二、（七）.
WITH standards AS (
    SELECT person, name_key, post_no, max(monthly_standard) AS monthly_standard
    FROM posts
    GROUP BY person, name_key, post_no
)
SELECT
    s.person AS key_person,
    s.month AS key_rest,
    s.person,
    s.county_code,
    3 AS level,
    s.in_window,
    s.period,
    CAST(s.paid_on AS VARCHAR) || '发放' || s.month || '月份岗位补贴' || rtrim(rtrim(CAST(s.amount AS VARCHAR), '0'), '.') || '元，高于该岗位月补贴标准'
        || rtrim(rtrim(CAST(d.monthly_standard AS VARCHAR), '0'), '.')
        || '元；请岗位开发主管部门核对是否补发往月（补发的注明）或台账标准未更新，多发的按规定追回。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord,
    'posts' AS fact_feed,
    h.ord AS fact_ord
FROM payments s
JOIN standards d ON d.person = s.person AND d.name_key = s.name_key AND d.post_no = s.post_no
JOIN posts h
    ON h.person = s.person AND h.name_key = s.name_key AND h.post_no = s.post_no
    AND h.monthly_standard = d.monthly_standard
WHERE s.amount > d.monthly_standard
