-- One row per rule and subject key for which the rule holds on the run date, or would hold without its window.
-- `is_judged` is false where a feed the rule needs has stopped.
WITH unjudged_rules AS (
    SELECT DISTINCT rule, county_code FROM unjudged
)
SELECT s.*, u.rule IS NULL AS is_judged
FROM subjects s
LEFT JOIN unjudged_rules u ON u.rule = s.rule AND u.county_code = s.county_code
