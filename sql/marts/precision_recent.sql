-- One row per rule and county with checked warnings, and one per rule for the province: how many of the latest 200 that
-- were checked were right. The latest feedback on a warning counts.
SELECT
    c.rule, -- see rules
    c.scope, -- county or province
    c.county_code, -- county, NULL for the province
    c.checked, -- the latest checked by 核查日期, 200 at most
    c.upheld, -- of them 属实
    c.share_upheld, -- upheld of checked; NULL for fewer than 30, from which nothing follows
    c.is_seldom_upheld -- less than 5 % of at least 30: the rule costs visits and finds little
FROM recent_checks c
