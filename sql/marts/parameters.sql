-- One row per value of a parameter, with the days and the county it is in force for.
SELECT
    parameter, -- name
    county_code, -- county, NULL for all that have no row of their own
    value, -- value, NULL for none
    valid_from, -- first day
    valid_to -- last day, NULL while it is in force
FROM reference_parameters
