-- One row per county and person or name whom a quarantined registry row may stand for: as new as the county's newest
-- delivery, or newer. Nobody here is said to be missing from that county's registry.
SELECT DISTINCT n.county_code, d.person, d.name_key
FROM doubts d
JOIN registry_scopes n ON d.delivered_on >= n.delivered_on
WHERE d.feed = 'registry'
