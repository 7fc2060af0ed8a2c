-- One row per county and parameter that has a value there on the run date: the county's own row before the
-- province's, and of several in force the one valid from the latest date.
SELECT c.county_code, p.parameter, p.value
FROM counties c
JOIN reference_parameters p ON p.county_code = c.county_code OR p.county_code IS NULL
CROSS JOIN run
WHERE p.valid_from <= run.run_date AND (p.valid_to IS NULL OR run.run_date <= p.valid_to)
QUALIFY row_number() OVER (
    PARTITION BY c.county_code, p.parameter
    ORDER BY CASE WHEN p.county_code IS NULL THEN 1 ELSE 0 END, p.valid_from DESC
) = 1
