-- One row per feed and county (of a snapshot; else '') that is judged: the date of what is judged of it.
SELECT feed, coalesce(county_code, '') AS place, max(delivered_on) AS delivered_on
FROM quality_units
WHERE delivered_on IS NOT NULL
GROUP BY feed, coalesce(county_code, '')
