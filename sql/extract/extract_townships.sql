-- One row per county, township and date that is compared (`then`: now, month, year): registry people by what they do.
SELECT
    p.county_code,
    substr(p.village_code, 1, 9) AS township_code,
    max(t.township) AS township,
    d.compared,
    count(*) AS persons,
    count(CASE WHEN s.state NOT IN ('deceased', 'outside_labour') THEN 1 END) AS workforce,
    count(CASE WHEN s.state IN ('employed', 'on_post', 'unverified', 'suspected_unemployed') THEN 1 END) AS working,
    count(CASE WHEN s.state = 'on_post' THEN 1 END) AS on_post,
    count(CASE WHEN s.state = 'unverified' THEN 1 END) AS unverified,
    count(CASE WHEN s.state = 'suspected_unemployed' THEN 1 END) AS suspected,
    count(CASE WHEN s.state = 'unemployed' THEN 1 END) AS unemployed,
    count(CASE WHEN s.state = 'never_employed' THEN 1 END) AS never_employed,
    count(CASE WHEN s.state = 'employed' AND s.is_covered THEN 1 END) AS covered,
    count(CASE WHEN s.state = 'employed' THEN 1 END) AS employed
FROM compared_dates d
JOIN compared_people p ON p.run_date = d.run_date
JOIN compared_states s ON s.run_date = d.run_date AND s.person = p.person
LEFT JOIN reference_townships t ON t.township_code = substr(p.village_code, 1, 9)
GROUP BY p.county_code, substr(p.village_code, 1, 9), d.compared
