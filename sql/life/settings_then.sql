-- One row per day on which warnings opened and county: the parameters of their life, in force on that day.
WITH days AS (
    SELECT DISTINCT opened_on, county_code FROM episodes
),
in_force AS (
    SELECT d.opened_on, d.county_code, p.parameter, p.value
    FROM days d
    JOIN reference_parameters p
        ON (p.county_code = d.county_code OR p.county_code IS NULL)
        AND p.valid_from <= d.opened_on
        AND (p.valid_to IS NULL OR d.opened_on <= p.valid_to)
    WHERE p.parameter IN ('verify_within_days', 'dismissal_days')
    QUALIFY row_number() OVER (
        PARTITION BY d.opened_on, d.county_code, p.parameter
        ORDER BY CASE WHEN p.county_code IS NULL THEN 1 ELSE 0 END, p.valid_from DESC
    ) = 1
)
SELECT
    opened_on,
    county_code,
    CAST(max(CASE WHEN parameter = 'verify_within_days' THEN value END) AS INTEGER) AS verify_within_days,
    CAST(max(CASE WHEN parameter = 'dismissal_days' THEN value END) AS INTEGER) AS dismissal_days
FROM in_force
GROUP BY opened_on, county_code
