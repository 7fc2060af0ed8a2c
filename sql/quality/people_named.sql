-- One row per judged unit, ID number and name: whom the newest delivery of a feed names, held ones too. The registry is
-- left out: it is what the others are compared with.
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_employment
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'employment')
) n
JOIN quality_units u ON u.feed = 'employment' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_insurance
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'insurance')
) n
JOIN quality_units u ON u.feed = 'insurance' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_benefits
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'benefits')
) n
JOIN quality_units u ON u.feed = 'benefits' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_jobseekers
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'jobseekers')
) n
JOIN quality_units u ON u.feed = 'jobseekers' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_posts s
JOIN quality_units u
    ON u.feed = 'posts'
    AND u.delivered_on = s.delivered_on
    AND u.county_code = substr(s.village_code, 1, 6)
    AND u.part = s.department
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_subsidies
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'subsidies')
) n
JOIN quality_units u ON u.feed = 'subsidies' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_allowances
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'allowances')
) n
JOIN quality_units u ON u.feed = 'allowances' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_deaths
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'deaths')
) n
JOIN quality_units u ON u.feed = 'deaths' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_enterprises
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'enterprises')
) n
JOIN quality_units u ON u.feed = 'enterprises' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_payroll
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'payroll')
) n
JOIN quality_units u ON u.feed = 'payroll' AND u.part = CAST(n.file AS VARCHAR)
UNION ALL
SELECT u.feed, u.unit, n.person, n.name_key
FROM (
    SELECT DISTINCT ord // 1000000000 % 10000 AS file, person, name_key
    FROM delivered_field_reports
    WHERE delivered_on = (SELECT max(delivered_on) FROM quality_units WHERE feed = 'field_reports')
) n
JOIN quality_units u ON u.feed = 'field_reports' AND u.part = CAST(n.file AS VARCHAR)
