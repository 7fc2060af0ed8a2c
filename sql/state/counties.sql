-- One row per county: those of the table of counties and those that deliveries name beside it.
SELECT county_code FROM reference_counties
UNION SELECT county_code FROM registry
UNION SELECT county_code FROM posts_latest
UNION SELECT county_code FROM subsidies_latest
UNION SELECT county_code FROM allowances_latest
