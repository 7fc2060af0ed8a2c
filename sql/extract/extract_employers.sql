-- One row per standing warning about an employer, and name that the insurance rows it rests on give the employer.
SELECT DISTINCT e.county_code, e.warning_id, e.key_employer, i.employer_name_key
FROM extract_rows e
JOIN delivered_insurance i ON i.ord = e.ord AND i.employer_no_key = e.key_employer
WHERE e.feed = 'insurance' AND e.key_employer IS NOT NULL AND i.employer_name_key IS NOT NULL
