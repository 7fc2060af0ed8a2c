-- One row per payment of a person paid twice or more for one period, and more than any of the posts pays.
-- 重复发放补贴: clause 二、（七）.
WITH twice AS (
    SELECT person, name_key, period, sum(amount) AS amount, count(*) AS payments
    FROM payments
    GROUP BY person, name_key, period
    HAVING count(*) >= 2
),
standards AS (
    SELECT t.person, t.name_key, t.period, max(h.monthly_standard) AS monthly_standard
    FROM twice t
    JOIN months m ON m.period = t.period
    JOIN posts h
        ON h.person = t.person AND h.name_key = t.name_key
        AND h.on_post_from <= m.last_day AND (h.off_post_on IS NULL OR h.off_post_on >= m.first_day)
    GROUP BY t.person, t.name_key, t.period
)
SELECT
    s.person AS key_person,
    s.month AS key_rest,
    s.person,
    s.county_code,
    3 AS level,
    s.in_window,
    s.period,
    '为同一人发放' || s.month || '月份岗位补贴' || CAST(t.payments AS VARCHAR) || '笔，合计'
        || rtrim(rtrim(CAST(t.amount AS VARCHAR), '0'), '.') || '元，'
        || CASE
            WHEN d.monthly_standard IS NULL THEN '没有查到可核对的该月台账标准'
            ELSE '超过月补贴标准' || rtrim(rtrim(CAST(d.monthly_standard AS VARCHAR), '0'), '.') || '元'
        END
        || '；请岗位开发主管部门核对是否补发往月（补发的注明）或重复发放，重复的按规定追回。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord,
    CASE WHEN h.ord IS NOT NULL THEN 'posts' END AS fact_feed,
    h.ord AS fact_ord
FROM payments s
JOIN twice t ON t.person = s.person AND t.name_key = s.name_key AND t.period = s.period
LEFT JOIN standards d ON d.person = s.person AND d.name_key = s.name_key AND d.period = s.period
LEFT JOIN posts h
    ON h.person = s.person AND h.name_key = s.name_key AND h.monthly_standard = d.monthly_standard
    AND h.on_post_from <= s.last_day AND (h.off_post_on IS NULL OR h.off_post_on >= s.first_day)
WHERE t.amount > coalesce(d.monthly_standard, 0)
