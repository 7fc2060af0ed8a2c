-- One row per ledger row whose holder is insured by an employer who is not the post's, and paid row.
-- 在岗期间另有单位参保: clause 二、（七）; accident cover alone is what posts themselves buy.
WITH employers AS (
    SELECT
        h.ord, h.person, h.name_key, c.employer_no_key, h.employer_code, h.employer_name_key,
        year(h.on_post_from) * 12 + month(h.on_post_from) - 1 AS since_month
    FROM post_holders h
    JOIN parameters k ON k.county_code = h.county_code
    JOIN cover c ON c.person = h.person AND c.name_key = h.name_key
    CROSS JOIN run
    WHERE k.insurance_grace_months IS NOT NULL
        AND (c.is_ahead OR (NOT c.is_stopped AND c.period >= run.run_month - k.insurance_grace_months))
),
insured AS (
    SELECT
        e.ord AS post_ord, e.employer_no_key, e.since_month, i.scheme, i.payer, i.state, i.payment, i.period, i.ord,
        coalesce(i.employer_code = e.employer_code, FALSE)
            OR coalesce(i.employer_name_key = e.employer_name_key, FALSE) AS is_own
    FROM employers e
    JOIN insurance i ON i.person = e.person AND i.name_key = e.name_key AND i.employer_no_key = e.employer_no_key
),
own_employer AS (
    SELECT DISTINCT post_ord, employer_no_key FROM insured WHERE is_own
),
paid AS (
    SELECT i.post_ord, i.employer_no_key, i.period, i.ord
    FROM insured i
    ANTI JOIN own_employer o ON o.post_ord = i.post_ord AND o.employer_no_key = i.employer_no_key
    WHERE i.scheme IN ('企业养老', '机关养老', '失业保险')
        AND i.payer = '单位职工'
        AND i.state = '参保缴费'
        AND coalesce(i.payment, '') <> '欠费'
        AND i.period >= i.since_month
),
paid_months AS (
    SELECT post_ord, employer_no_key, count(DISTINCT period) AS months FROM paid GROUP BY post_ord, employer_no_key
)
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    3 AS level,
    TRUE AS in_window,
    '台账显示自' || CAST(h.on_post_from AS VARCHAR) || '起在岗，而上岗以来另一用人单位为本人缴纳社会保险'
        || CAST(m.months AS VARCHAR)
        || '个月；请村干部核实本人是否在外单位就业，属实的由岗位开发主管部门办理退岗，代缴或未及时停保的由该单位更正。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'insurance' AS fact_feed,
    p.ord AS fact_ord
FROM post_holders h
JOIN parameters k ON k.county_code = h.county_code
JOIN paid_months m ON m.post_ord = h.ord
JOIN paid p ON p.post_ord = m.post_ord AND p.employer_no_key = m.employer_no_key
WHERE m.months >= k.elsewhere_months
