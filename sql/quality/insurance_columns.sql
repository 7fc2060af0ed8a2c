-- One row per file of the newest delivery of 《社会保险参保缴费》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.scheme IS NULL THEN 1 END) AS scheme_missing,
    count(CASE WHEN s.scheme NOT IN ('企业养老', '机关养老', '失业保险', '工伤保险', '居民养老', '医疗保险') THEN 1 END) AS scheme_unknown,
    count(CASE WHEN s.payer IS NULL THEN 1 END) AS payer_missing,
    count(CASE WHEN s.payer NOT IN ('单位职工', '个体缴费') THEN 1 END) AS payer_unknown,
    count(CASE WHEN s.period IS NULL THEN 1 END) AS period_missing,
    count(CASE WHEN s.payment NOT IN ('正常缴费', '补缴', '欠费') THEN 1 END) AS payment_unknown,
    count(CASE WHEN s.state IS NULL THEN 1 END) AS state_missing,
    count(CASE WHEN s.state NOT IN ('参保缴费', '暂停缴费', '终止缴费') THEN 1 END) AS state_unknown
FROM delivered_insurance s
JOIN quality_units u
    ON u.feed = 'insurance'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
