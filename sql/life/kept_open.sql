-- One row per rule and county where what it needs has stopped: its warnings there are neither opened nor ended, and stay
-- as they were.
SELECT j.rule, j.county_code, j.why
FROM judged j
SEMI JOIN unjudged u ON u.rule = j.rule AND u.county_code = j.county_code
