-- One row per county: the parameters in force there on the run date, NULL where there is no value.
-- Days and months are whole numbers. A comparison with NULL holds for nobody, as it should.
SELECT
    c.county_code
    , CAST(max(CASE WHEN v.parameter = 'insurance_grace_months' THEN v.value END) AS INTEGER) AS insurance_grace_months
    , CAST(max(CASE WHEN v.parameter = 'labour_age_min' THEN v.value END) AS INTEGER) AS labour_age_min
    , CAST(max(CASE WHEN v.parameter = 'labour_age_max' THEN v.value END) AS INTEGER) AS labour_age_max
    , CAST(max(CASE WHEN v.parameter = 'stale_days' THEN v.value END) AS INTEGER) AS stale_days
    , CAST(max(CASE WHEN v.parameter = 'job_loss_window_days' THEN v.value END) AS INTEGER) AS job_loss_window_days
    , CAST(max(CASE WHEN v.parameter = 'benefit_months' THEN v.value END) AS INTEGER) AS benefit_months
    , CAST(max(CASE WHEN v.parameter = 'elsewhere_months' THEN v.value END) AS INTEGER) AS elsewhere_months
    , CAST(max(CASE WHEN v.parameter = 'post_age_max' THEN v.value END) AS INTEGER) AS post_age_max
    , CAST(max(CASE WHEN v.parameter = 'post_term_months' THEN v.value END) AS INTEGER) AS post_term_months
    , CAST(max(CASE WHEN v.parameter = 'post_term_exempt_age' THEN v.value END) AS INTEGER) AS post_term_exempt_age
    , CAST(max(CASE WHEN v.parameter = 'mass_stop_persons' THEN v.value END) AS INTEGER) AS mass_stop_persons
    , CAST(max(CASE WHEN v.parameter = 'arrears_persons' THEN v.value END) AS INTEGER) AS arrears_persons
    , CAST(max(CASE WHEN v.parameter = 'household_posts_max' THEN v.value END) AS INTEGER) AS household_posts_max
    , CAST(max(CASE WHEN v.parameter = 'verify_within_days' THEN v.value END) AS INTEGER) AS verify_within_days
    , CAST(max(CASE WHEN v.parameter = 'serve_within_days' THEN v.value END) AS INTEGER) AS serve_within_days
    , CAST(max(CASE WHEN v.parameter = 'dismissal_days' THEN v.value END) AS INTEGER) AS dismissal_days
    , max(CASE WHEN v.parameter = 'low_wage_floor' THEN v.value END) AS low_wage_floor
    , max(CASE WHEN v.parameter = 'mass_stop_share' THEN v.value END) AS mass_stop_share
FROM counties c
LEFT JOIN parameter_values v ON v.county_code = c.county_code
GROUP BY c.county_code
