-- One row per county and period of a payment: the parameters of payments, in force on the last day of that period,
-- whatever the run date is. NULL where there is no value.
WITH paid AS (
    SELECT county_code, period FROM subsidies_latest
    UNION
    SELECT county_code, period FROM allowances_latest
),
values_in_force AS (
    SELECT d.county_code, d.period, p.parameter, p.value
    FROM paid d
    JOIN months m ON m.period = d.period
    JOIN reference_parameters p ON p.county_code = d.county_code OR p.county_code IS NULL
    WHERE p.parameter IN ('minimum_wage', 'training_allowance_daily')
        AND p.valid_from <= m.last_day AND (p.valid_to IS NULL OR m.last_day <= p.valid_to)
    QUALIFY row_number() OVER (
        PARTITION BY d.county_code, d.period, p.parameter
        ORDER BY CASE WHEN p.county_code IS NULL THEN 1 ELSE 0 END, p.valid_from DESC
    ) = 1
)
SELECT
    county_code,
    period,
    max(CASE WHEN parameter = 'minimum_wage' THEN value END) AS minimum_wage,
    max(CASE WHEN parameter = 'training_allowance_daily' THEN value END) AS training_allowance_daily
FROM values_in_force
GROUP BY county_code, period
