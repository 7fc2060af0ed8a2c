-- One row per ledger row of an employment-fund post whose holder has been paid for longer than the term, and payment.
-- 享受补贴超过三年: clause 二、（七）; people near retirement when first engaged are exempt.
WITH paid AS (
    SELECT s.person, s.name_key, s.period, s.ord
    FROM payments s
    SEMI JOIN posts l
        ON l.person = s.person AND l.name_key = s.name_key AND l.post_no = s.post_no AND l.funding = '就业补助资金'
),
terms AS (
    SELECT person, name_key, count(DISTINCT period) AS months FROM paid GROUP BY person, name_key
),
first_engaged AS (
    SELECT person, name_key, min(born_on) AS born_on, min(on_post_from) AS on_post_from
    FROM posts
    GROUP BY person, name_key
),
facts AS (
    SELECT person, name_key, 'subsidies' AS feed, ord FROM paid
    UNION ALL
    SELECT person, name_key, 'posts', ord FROM posts
),
ages AS (
    SELECT
        person,
        name_key,
        year(on_post_from) - year(born_on)
            - CASE
                WHEN month(on_post_from) * 100 + day(on_post_from) < month(born_on) * 100 + day(born_on) THEN 1
                ELSE 0
            END AS age
    FROM first_engaged
)
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    2 AS level,
    TRUE AS in_window,
    '就业补助资金开发的岗位已为本人发放补贴' || CAST(t.months AS VARCHAR) || '个月，超过' || CAST(k.post_term_months AS VARCHAR)
        || '个月的期限；请岗位开发主管部门核对发放月份和期限豁免情形，到期的办理退岗并做好就业衔接。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    f.feed AS fact_feed,
    f.ord AS fact_ord
FROM post_holders h
JOIN parameters k ON k.county_code = h.county_code
JOIN terms t ON t.person = h.person AND t.name_key = h.name_key
JOIN ages a ON a.person = h.person AND a.name_key = h.name_key
JOIN facts f ON f.person = h.person AND f.name_key = h.name_key
WHERE h.funding = '就业补助资金' AND t.months > k.post_term_months AND a.age < k.post_term_exempt_age
