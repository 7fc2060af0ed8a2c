-- One row per person whom any delivery names of a county whose registry was delivered since: rows that stand for the
-- same words are other rows now.
SELECT s.person
FROM staged_registry s
JOIN registry_scopes n ON n.county_code = substr(s.village_code, 1, 6)
CROSS JOIN since
WHERE n.delivered_on > since.run_date
