-- One row per warning opened on or before the date, as it stands on it. A warning is a clue to be checked, never a
-- verdict; dismissed and suppressed ones are here and not in the extracts.
SELECT
    w.warning_id, -- ID, ends in a check character
    w.rule, -- code of the rule; see rules
    r.title, -- 规则名称
    r.list, -- list of the extract: 帮扶, 核查, 单位整改
    CASE w.level WHEN 1 THEN 'blue' WHEN 2 THEN 'yellow' WHEN 3 THEN 'orange' ELSE 'red' END AS level, -- blue, yellow, orange, red
    w.status, -- open, confirmed, served, dismissed, suppressed, resolved, lapsed
    w.person, -- pseudonym; NULL for households and employers
    regexp_replace(w.key_rest, '[0-9][0-9[:space:]]{14,}[0-9Xx]*|[0-9]{6}-[0-9]{8}-[0-9]{3}[0-9Xx]|[一-鿿]{2,}', '***', 'g') AS subject, -- what beside the person makes it one and the same: post, month, household, payment
    w.county_code, -- county
    w.village_code, -- village, where the subject has one
    w.opened_on, -- first run date on which the rule held
    w.last_held_on, -- latest run date on which it held
    w.resolved_on, -- first later run date on which it no longer held
    w.due_on, -- to be checked by
    w.is_overdue, -- due and no feedback
    w.is_service_overdue, -- confirmed, to be helped, and not helped in time
    w.outcome, -- 核查结果 of the latest feedback
    w.checked_on, -- 核查日期
    w.service, -- 帮扶或处置措施
    w.served_on, -- 服务日期
    w.reason, -- one sentence: the facts, what settles it, who can
    w.instruments, -- instruments in force on which it rests, separated by semicolons; see rules
    w.resolved_on IS NULL AND u.rule IS NOT NULL AS is_unjudged, -- its rule can't be judged there on the date: nothing opens or ends it
    CASE WHEN w.resolved_on IS NULL THEN u.why END AS why_unjudged -- 为什么没有判断
FROM warnings w
LEFT JOIN reference_rules r ON r.rule = w.rule
LEFT JOIN kept_open u ON u.rule = w.rule AND u.county_code = w.county_code
