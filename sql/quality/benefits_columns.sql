-- One row per file of the newest delivery of 《社会保险待遇发放》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN s.kind NOT IN ('失业保险金', '职工养老金', '居民养老金') THEN 1 END) AS kind_unknown,
    count(CASE WHEN s.period IS NULL THEN 1 END) AS period_missing,
    count(CASE WHEN s.amount IS NULL THEN 1 END) AS amount_missing,
    count(CASE WHEN s.amount < 0 THEN 1 END) AS amount_negative,
    count(CASE WHEN s.paid_on IS NULL THEN 1 END) AS paid_on_missing
FROM delivered_benefits s
JOIN quality_units u
    ON u.feed = 'benefits'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
