-- One row per person of the registry and employer, with the grace months of the person's county:
-- covered, stopped or lapsed on the run date.
SELECT
    p.person,
    p.county_code,
    c.employer_no_key,
    c.period,
    c.first_day,
    c.last_day,
    c.is_stopped,
    c.is_ahead
        OR (NOT c.is_stopped AND coalesce(c.period >= run.run_month - k.insurance_grace_months, FALSE)) AS is_covered
FROM people p
JOIN cover c ON c.person = p.person AND c.name_key = p.name_key
JOIN parameters k ON k.county_code = p.county_code
CROSS JOIN run
