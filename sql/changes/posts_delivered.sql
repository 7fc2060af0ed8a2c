-- One row per person whom any delivery names of a department whose ledger was delivered since.
SELECT s.person
FROM staged_posts s
JOIN posts_scopes n ON n.county_code = substr(s.village_code, 1, 6) AND n.department = s.department
CROSS JOIN since
WHERE n.delivered_on > since.run_date
