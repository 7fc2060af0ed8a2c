-- One row per file of the newest delivery of 《核查反馈》: what of its staged rows is not as the feed is declared.
SELECT
    u.unit,
    count(*) AS rows,
    count(CASE WHEN s.warning_id IS NULL THEN 1 END) AS warning_id_missing,
    count(CASE WHEN s.outcome IS NULL THEN 1 END) AS outcome_missing,
    count(CASE WHEN s.outcome NOT IN ('属实', '不属实') THEN 1 END) AS outcome_unknown,
    count(CASE WHEN s.checked_on IS NULL THEN 1 END) AS checked_on_missing,
    count(
        CASE WHEN s.service NOT IN ('职业指导', '职业介绍', '技能培训', '公益性岗位', '失业保险金申领', '停发补贴', '追回补贴', '清退', '其他')
            THEN 1 END
    ) AS service_unknown
FROM delivered_feedback s
JOIN quality_units u
    ON u.feed = 'feedback'
        AND u.delivered_on = s.delivered_on
        AND u.unit = '|' || CAST(s.ord // 1000000000 % 10000 AS VARCHAR)
GROUP BY u.unit
