-- One row per insurance row of the newest period that an employer covered, or stopped covering, a person.
-- Of the four schemes only employers pay; unpaid contributions are no cover.
WITH employer_paid AS (
    SELECT person, name_key, employer_no_key, employer_name_key, employer_code, period, state, delivered_on, ord
    FROM insurance
    WHERE scheme IN ('企业养老', '机关养老', '失业保险', '工伤保险')
        AND payer = '单位职工'
        AND employer_no_key IS NOT NULL
        AND NOT (state = '参保缴费' AND coalesce(payment, '') = '欠费')
),
newest AS (
    SELECT person, name_key, employer_no_key, max(period) AS period
    FROM employer_paid
    GROUP BY person, name_key, employer_no_key
)
SELECT e.*
FROM employer_paid e
SEMI JOIN newest n
    ON n.person = e.person
    AND n.name_key = e.name_key
    AND n.employer_no_key = e.employer_no_key
    AND n.period = e.period
