-- One row per rule and scope (a county, or '' for the province) with checked warnings: how many of the latest two
-- hundred that were checked were right, and how many not. Of fewer than thirty nothing follows.
SELECT
    coalesce(p.county_code, '') AS county_code, r.rule, r.title, p.checked, p.upheld, p.checked - p.upheld AS not_upheld,
    p.share_upheld IS NOT NULL AS is_enough, p.is_seldom_upheld
FROM mart_precision_recent p
JOIN reference_rules r ON r.rule = p.rule
ORDER BY county_code, p.share_upheld DESC, r.rule
