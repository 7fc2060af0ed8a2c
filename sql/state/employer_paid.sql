-- One row per insurance row by which an employer covers, or stopped covering, a person.
-- Of the four schemes only employers pay; unpaid contributions are no cover.
SELECT
    person, name_key, employer_no_key, employer_name_key, employer_code, period, state, stop_reason, delivered_on, ord
FROM insurance
WHERE scheme IN ('企业养老', '机关养老', '失业保险', '工伤保险')
    AND payer = '单位职工'
    AND employer_no_key IS NOT NULL
    AND NOT (state = '参保缴费' AND coalesce(payment, '') = '欠费')
