-- One row per delivery date, file and outcome of 《核查反馈》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_feedback
    WHERE NOT superseded
    GROUP BY delivered_on, warning_id, checked_on
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    outcome AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN warning_id IS NULL THEN 1 END) AS warning_id_missing,
    count(CASE WHEN outcome IS NULL THEN 1 END) AS outcome_missing,
    count(CASE WHEN outcome NOT IN ('属实', '不属实') THEN 1 END) AS outcome_unknown,
    count(CASE WHEN checked_on IS NULL THEN 1 END) AS checked_on_missing,
    count(
        CASE WHEN service NOT IN ('职业指导', '职业介绍', '技能培训', '公益性岗位', '失业保险金申领', '停发补贴', '追回补贴', '清退', '其他')
            THEN 1 END
    ) AS service_unknown,
    count(last_ord) AS keys_repeated
FROM measured_feedback
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
