-- One row per county that gets an extract: one with a registry person, a person on a post, or a warning that stands.
SELECT county_code FROM people
UNION
SELECT county_code FROM post_holders
UNION
SELECT county_code FROM warnings WHERE is_standing
