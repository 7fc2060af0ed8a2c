-- One row per person of the registry and employer that covers, or covered, the person: whose cover stopped without
-- another's taking its place. Employers that let many go at once are known by it.
WITH elsewhere AS (
    SELECT DISTINCT person FROM employer_cover WHERE is_covered
)
SELECT
    c.person,
    c.employer_no_key,
    c.county_code,
    c.period,
    c.first_day,
    c.is_stopped AND NOT p.is_dead AND e.person IS NULL AS is_stopped
FROM employer_cover c
JOIN people p ON p.person = c.person
LEFT JOIN elsewhere e ON e.person = c.person
