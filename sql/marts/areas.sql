-- One row per area: a county, a township, a relocation site or a key area, as far as it lies in the county, with its
-- employment now, at the end of the month before, and in the base year of the yearly assessment.
SELECT
    a.county_code, -- county
    a.kind, -- 县, 乡镇, 易地搬迁安置点, or a kind of the table of key areas
    a.area, -- code of the county or township, of the site as the registry writes it, or name of the key area
    a.labour_force, -- registry people neither dead nor outside the labour force
    a.employed, -- 就业规模: employed or on a welfare post
    a.on_post, -- of them on a welfare post
    a.without_work, -- unemployed or never employed
    a.employed_month, -- 就业规模 on the last run date of the month before, NULL for none
    a.has_dropped, -- townships: fell by more than the parameters allow; NULL where it can't be said
    a.base_year, -- base year, NULL where its scale isn't known
    a.employed_base, -- 就业规模 of the base year: the county's base_scale, else of the last run date of that year
    a.is_held -- counties: not less than hold_share of the base year; NULL where it can't be said
FROM area_indicators a
