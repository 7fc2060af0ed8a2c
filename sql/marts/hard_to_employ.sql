-- One row per person and criterion of 就业困难人员 that is met: without work, willing, and perhaps to be identified as
-- hard to employ on application. Disability is in no feed and not judged.
SELECT
    h.person, -- pseudonym; see persons
    h.county_code, -- county of the registry
    h.criterion, -- age, unemployed (so many months), low_income (低保, 特困), zero_employment (household)
    CAST(h.bound AS INTEGER) AS bound -- years of age or months, as the county's parameter says; NULL for none
FROM hard_to_employ h
