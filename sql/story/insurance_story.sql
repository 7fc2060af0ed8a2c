-- One row per insured month, or first month no longer insured, of the people asked for.
SELECT
    i.person,
    m.first_day AS happened_on,
    i.scheme || '：' || i.state || '（' || i.payer || coalesce('，' || i.payment, '') || coalesce('，' || i.stop_reason, '') || '）' AS what,
    i.employer_name_key AS text_key,
    i.period,
    i.ord
FROM insurance_latest i
JOIN months m ON m.period = i.period
