-- One row per employer and county that owes the contributions of several of the county's people, and unpaid row.
-- 用人单位欠缴社保: clause 二、（一）; arrears often come before a closure.
WITH employer_rows AS (
    SELECT p.county_code, i.person, i.employer_no_key, i.period, i.state, i.payment, i.ord
    FROM insurance i
    SEMI JOIN owing o ON o.person = i.person AND o.employer_no_key = i.employer_no_key
    JOIN people p ON p.person = i.person AND p.name_key = i.name_key
    WHERE i.scheme IN ('企业养老', '机关养老', '失业保险', '工伤保险')
        AND i.payer = '单位职工'
        AND i.employer_no_key IS NOT NULL
    QUALIFY rank() OVER (PARTITION BY i.person, i.employer_no_key ORDER BY i.period DESC) = 1
),
in_arrears AS (
    SELECT e.county_code, e.employer_no_key, e.person, e.period >= run.run_month - 6 AS is_recent
    FROM employer_rows e
    CROSS JOIN run
    GROUP BY e.county_code, e.employer_no_key, e.person, e.period, run.run_month
    HAVING bool_and(e.state = '参保缴费' AND coalesce(e.payment, '') = '欠费')
),
employers AS (
    SELECT
        a.county_code,
        a.employer_no_key,
        count(CASE WHEN a.is_recent THEN 1 END) AS persons,
        count(CASE WHEN a.is_recent THEN 1 END) >= k.arrears_persons AS in_window
    FROM in_arrears a
    JOIN parameters k ON k.county_code = a.county_code
    GROUP BY a.county_code, a.employer_no_key, k.arrears_persons
    HAVING count(*) >= k.arrears_persons
)
SELECT
    e.employer_no_key AS key_employer,
    e.county_code AS key_rest,
    e.county_code,
    2 AS level,
    e.in_window,
    '本县' || CAST(e.persons AS VARCHAR)
        || '名在册人员由该单位参保的最近一期社会保险费记为欠缴；请人社部门向用人单位了解欠缴原因和工资发放情况，督促补缴，并提前摸清涉及人员的就业打算。' AS reason,
    'insurance' AS subject_feed,
    r.ord AS subject_ord
FROM employers e
JOIN in_arrears a
    ON a.county_code = e.county_code AND a.employer_no_key = e.employer_no_key AND (a.is_recent OR NOT e.in_window)
JOIN employer_rows r ON r.person = a.person AND r.employer_no_key = a.employer_no_key
