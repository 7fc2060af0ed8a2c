-- One row per county and department: the delivery date whose rows are the ledger's truth there on the run date.
SELECT substr(village_code, 1, 6) AS county_code, department, max(delivered_on) AS delivered_on
FROM staged_posts
WHERE NOT superseded
GROUP BY ALL
