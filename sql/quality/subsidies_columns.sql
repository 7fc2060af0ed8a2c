-- One row per file of the newest delivery of 《岗位补贴发放明细》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.payment_no IS NULL THEN 1 END) AS payment_no_missing,
    count(CASE WHEN s.post_no IS NULL THEN 1 END) AS post_no_missing,
    count(CASE WHEN s.county_code IS NULL THEN 1 END) AS county_code_missing,
    count(CASE WHEN length(s.county_code) <> 6 THEN 1 END) AS county_code_misshapen,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.period IS NULL THEN 1 END) AS period_missing,
    count(CASE WHEN s.required_days < 0 THEN 1 END) AS required_days_negative,
    count(CASE WHEN s.attended_days < 0 THEN 1 END) AS attended_days_negative,
    count(CASE WHEN s.amount IS NULL THEN 1 END) AS amount_missing,
    count(CASE WHEN s.amount < 0 THEN 1 END) AS amount_negative,
    count(CASE WHEN s.paid_on IS NULL THEN 1 END) AS paid_on_missing,
    count(CASE WHEN s.status NOT IN ('成功', '退回', '已追回') THEN 1 END) AS status_unknown
FROM delivered_subsidies s
JOIN quality_units u
    ON u.feed = 'subsidies'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
