-- One row per faultless row of the newest delivery of each feed (of a snapshot: of each scope), held ones too: whom it
-- names, its key, its main code and its township.
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '') AS key_text,
    s.labour AS code,
    substr(s.village_code, 1, 9) AS township_code
FROM delivered_registry s
JOIN quality_units u
    ON u.feed = 'registry' AND u.delivered_on = s.delivered_on AND u.unit = substr(s.village_code, 1, 6) || '|'
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.record_no AS VARCHAR), '') AS key_text,
    s.channel AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_employment s
JOIN quality_units u
    ON u.feed = 'employment'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '')
            || '|' || coalesce(CAST(s.scheme AS VARCHAR), '')
            || '|' || coalesce(CAST(s.employer_no_key AS VARCHAR), '')
            || '|' || coalesce(CAST(s.period AS VARCHAR), '') AS key_text,
    s.state AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_insurance s
JOIN quality_units u
    ON u.feed = 'insurance'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '')
            || '|' || coalesce(CAST(s.kind AS VARCHAR), '')
            || '|' || coalesce(CAST(s.period AS VARCHAR), '') AS key_text,
    s.kind AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_benefits s
JOIN quality_units u
    ON u.feed = 'benefits'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '') || '|' || coalesce(CAST(s.registered_on AS VARCHAR), '') AS key_text,
    CAST(NULL AS VARCHAR) AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_jobseekers s
JOIN quality_units u
    ON u.feed = 'jobseekers'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.post_no AS VARCHAR), '')
            || '|' || coalesce(CAST(s.person AS VARCHAR), '')
            || '|' || coalesce(CAST(s.on_post_from AS VARCHAR), '') AS key_text,
    s.funding AS code,
    substr(s.village_code, 1, 9) AS township_code
FROM delivered_posts s
JOIN quality_units u
    ON u.feed = 'posts'
        AND u.delivered_on = s.delivered_on
        AND u.unit = substr(s.village_code, 1, 6) || '|' || s.department
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.payment_no AS VARCHAR), '') AS key_text,
    s.status AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_subsidies s
JOIN quality_units u
    ON u.feed = 'subsidies'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.payment_no AS VARCHAR), '') AS key_text,
    s.kind AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_allowances s
JOIN quality_units u
    ON u.feed = 'allowances'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '') || '|' || coalesce(CAST(s.source AS VARCHAR), '') AS key_text,
    s.source AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_deaths s
JOIN quality_units u
    ON u.feed = 'deaths'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '') || '|' || coalesce(CAST(s.uscc AS VARCHAR), '') AS key_text,
    s.status AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_enterprises s
JOIN quality_units u
    ON u.feed = 'enterprises'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.person AS VARCHAR), '')
            || '|' || coalesce(CAST(s.kind AS VARCHAR), '')
            || '|' || coalesce(CAST(s.from_on AS VARCHAR), '') AS key_text,
    s.kind AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_payroll s
JOIN quality_units u
    ON u.feed = 'payroll'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, s.person, s.name_key,
    coalesce(CAST(s.report_no AS VARCHAR), '') AS key_text,
    s.kind AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_field_reports s
JOIN quality_units u
    ON u.feed = 'field_reports'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
UNION ALL
SELECT
    u.feed, u.unit, s.superseded, CAST(NULL AS BIGINT) AS person, CAST(NULL AS BIGINT) AS name_key,
    coalesce(CAST(s.warning_id AS VARCHAR), '') || '|' || coalesce(CAST(s.checked_on AS VARCHAR), '') AS key_text,
    s.outcome AS code,
    CAST(NULL AS VARCHAR) AS township_code
FROM delivered_feedback s
JOIN quality_units u
    ON u.feed = 'feedback'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
