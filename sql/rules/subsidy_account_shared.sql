-- One row per payment to an account that was also paid for somebody of another household, and such a payment.
-- 多人共用银行账户: clause 二、（七）; families share accounts, and that is no warning.
WITH several_persons AS (
    SELECT bank_account_key FROM payments GROUP BY bank_account_key HAVING min(person) < max(person)
),
homes AS (
    SELECT
        s.person,
        s.county_code,
        s.month,
        s.period,
        s.bank_account_key,
        s.in_window,
        s.ord,
        coalesce(r.county_code || '|' || r.household_no, CAST(s.person AS VARCHAR)) AS home
    FROM payments s
    SEMI JOIN several_persons a ON a.bank_account_key = s.bank_account_key
    LEFT JOIN registry r ON r.person = s.person
),
accounts AS (
    SELECT bank_account_key, in_window, home, min(ord) AS ord
    FROM homes
    GROUP BY bank_account_key, in_window, home
),
shared AS (
    SELECT
        bank_account_key,
        count(DISTINCT CASE WHEN in_window THEN home END) AS homes,
        min(home) AS first_home,
        max(home) AS last_home,
        min(CASE WHEN in_window THEN home END) AS first_home_in_window,
        max(CASE WHEN in_window THEN home END) AS last_home_in_window
    FROM accounts
    GROUP BY bank_account_key
    HAVING count(DISTINCT home) >= 2
),
paid AS (
    SELECT
        h.*,
        a.homes,
        h.in_window AND a.homes >= 2 AS holds,
        CASE
            WHEN h.in_window AND a.homes >= 2 AND h.home = a.first_home_in_window THEN a.last_home_in_window
            WHEN h.in_window AND a.homes >= 2 THEN a.first_home_in_window
            WHEN h.home = a.first_home THEN a.last_home
            ELSE a.first_home
        END AS other_home
    FROM homes h
    JOIN shared a ON a.bank_account_key = h.bank_account_key
)
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    3 AS level,
    p.holds AS in_window,
    p.period,
    '发放补贴的银行账户同时收取了名册中查不到同户关系的几人的岗位补贴；请岗位开发主管部门核对账户户名，委托代领或账号录错的注明并更正，冒领的按规定处理。' AS reason,
    'subsidies' AS subject_feed,
    p.ord AS subject_ord,
    'subsidies' AS fact_feed,
    o.ord AS fact_ord
FROM paid p
JOIN accounts o
    ON o.bank_account_key = p.bank_account_key AND o.home = p.other_home AND (o.in_window OR NOT p.holds)
