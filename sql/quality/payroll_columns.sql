-- One row per file of the newest delivery of 《财政供养和村干部名册》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN s.kind NOT IN ('财政供养', '村干部') THEN 1 END) AS kind_unknown,
    count(CASE WHEN s.employer_name_key IS NULL THEN 1 END) AS employer_name_missing,
    count(CASE WHEN s.from_on IS NULL THEN 1 END) AS from_on_missing,
    count(CASE WHEN s.to_on < s.from_on THEN 1 END) AS to_on_before_from_on
FROM delivered_payroll s
JOIN quality_units u
    ON u.feed = 'payroll'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
