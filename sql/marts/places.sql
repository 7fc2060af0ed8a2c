-- One row per township of the table of places.
SELECT
    t.township_code, -- nine digits
    t.township, -- name
    t.county_code, -- six digits
    c.county, -- name of the county
    c.prefecture_code, -- four digits
    c.prefecture -- name of the prefecture
FROM reference_townships t
LEFT JOIN reference_counties c ON c.county_code = t.county_code
