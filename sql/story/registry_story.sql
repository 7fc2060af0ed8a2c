-- One row per registry row of the people asked for: how the office describes them.
SELECT
    person,
    delivered_on AS happened_on,
    '名册登记：户编号' || household_no || '，' || household_type || coalesce('，' || monitor_category || CASE WHEN risk_cleared THEN '（风险已消除）' ELSE '' END, '')
        || coalesce('，' || low_income, '') || '，' || labour || coalesce('，' || nullif(student, '非在校生'), '')
        || CASE WHEN willing THEN '，有就业意愿' WHEN NOT willing THEN '，无就业意愿' ELSE '' END
        || CASE WHEN relocated THEN '，易地搬迁' ELSE '' END AS what,
    CAST(NULL AS BIGINT) AS text_key,
    CAST(NULL AS INTEGER) AS period,
    ord
FROM registry
