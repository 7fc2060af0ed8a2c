-- One row per file of the newest delivery of 《失业登记》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN s.name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN s.registered_on IS NULL THEN 1 END) AS registered_on_missing,
    count(CASE WHEN s.cancelled_on < s.registered_on THEN 1 END) AS cancelled_on_before_registered_on
FROM delivered_jobseekers s
JOIN quality_units u
    ON u.feed = 'jobseekers'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
