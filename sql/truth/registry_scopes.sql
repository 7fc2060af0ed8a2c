-- One row per county: the delivery date whose rows are the registry's truth there on the run date.
-- A registry is a snapshot: the newest delivery with accepted rows states the whole county.
SELECT substr(village_code, 1, 6) AS county_code, max(delivered_on) AS delivered_on
FROM staged_registry
WHERE NOT superseded
GROUP BY ALL
