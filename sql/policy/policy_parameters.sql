-- One row per county: the parameters of the policy's lists in force there on the run date, NULL where there is no value.
WITH counties AS (
    SELECT county_code FROM reference_counties
    UNION SELECT county_code FROM people
),
in_force AS (
    SELECT c.county_code, p.parameter, p.value
    FROM counties c
    JOIN reference_policy_parameters p ON p.county_code = c.county_code OR p.county_code IS NULL
    CROSS JOIN run
    WHERE p.valid_from <= run.run_date AND (p.valid_to IS NULL OR run.run_date <= p.valid_to)
    QUALIFY row_number() OVER (
        PARTITION BY c.county_code, p.parameter
        ORDER BY CASE WHEN p.county_code IS NULL THEN 1 ELSE 0 END, p.valid_from DESC
    ) = 1
)
SELECT
    c.county_code,
    CAST(max(CASE WHEN v.parameter = 'hard_age_men' THEN v.value END) AS INTEGER) AS hard_age_men,
    CAST(max(CASE WHEN v.parameter = 'hard_age_women' THEN v.value END) AS INTEGER) AS hard_age_women,
    CAST(max(CASE WHEN v.parameter = 'hard_unemployed_months' THEN v.value END) AS INTEGER) AS hard_unemployed_months,
    coalesce(max(CASE WHEN v.parameter = 'hard_low_income' THEN v.value END) = 1, FALSE) AS hard_low_income,
    coalesce(max(CASE WHEN v.parameter = 'hard_zero_employment' THEN v.value END) = 1, FALSE) AS hard_zero_employment,
    max(CASE WHEN v.parameter = 'township_drop_share' THEN v.value END) AS township_drop_share,
    max(CASE WHEN v.parameter = 'township_drop_persons' THEN v.value END) AS township_drop_persons,
    CAST(max(CASE WHEN v.parameter = 'base_year' THEN v.value END) AS INTEGER) AS base_year,
    CAST(max(CASE WHEN v.parameter = 'base_scale' THEN v.value END) AS BIGINT) AS base_scale,
    max(CASE WHEN v.parameter = 'hold_share' THEN v.value END) AS hold_share
FROM counties c
LEFT JOIN in_force v ON v.county_code = c.county_code
GROUP BY c.county_code
