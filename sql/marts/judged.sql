-- One row per rule and county: whether the rule was judged there on the date, and why not. What is not judged is
-- unknown, never "no".
SELECT
    j.rule, -- see rules
    j.county_code, -- county
    j.is_judged, -- FALSE: nothing could be said about anybody there
    j.why -- 为什么没有判断: a feed that has stopped or never came, a parameter without a value, no instrument in force; with is_judged, the months that were not
FROM judged j
