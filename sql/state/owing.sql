-- One row per person and employer whose contributions were not paid at some time. An employer that never owed anything
-- is not looked at for arrears.
SELECT DISTINCT person, employer_no_key
FROM insurance
WHERE state = '参保缴费' AND payment = '欠费'
