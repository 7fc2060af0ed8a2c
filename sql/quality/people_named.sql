-- One row per judged unit, ID number and name: whom the newest delivery of a feed names, held ones too. The registry is
-- left out: it is what the others are compared with.
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_employment s
JOIN quality_units u
    ON u.feed = 'employment'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_insurance s
JOIN quality_units u
    ON u.feed = 'insurance'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_benefits s
JOIN quality_units u
    ON u.feed = 'benefits'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_jobseekers s
JOIN quality_units u
    ON u.feed = 'jobseekers'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_posts s
JOIN quality_units u
    ON u.feed = 'posts'
    AND u.delivered_on = s.delivered_on
    AND u.county_code = substr(s.village_code, 1, 6)
    AND u.part = s.department
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_subsidies s
JOIN quality_units u
    ON u.feed = 'subsidies'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_allowances s
JOIN quality_units u
    ON u.feed = 'allowances'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_deaths s
JOIN quality_units u
    ON u.feed = 'deaths'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_enterprises s
JOIN quality_units u
    ON u.feed = 'enterprises'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_payroll s
JOIN quality_units u
    ON u.feed = 'payroll'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT DISTINCT u.feed, u.unit, s.person, s.name_key
FROM delivered_field_reports s
JOIN quality_units u
    ON u.feed = 'field_reports'
    AND u.delivered_on = s.delivered_on
    AND u.part = CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
