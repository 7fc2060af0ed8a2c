-- One row per person of the form 监测对象信息 of the national system, with its columns; NULL: not known.
-- Most of the form no feed delivers; what a clerk has typed there stays as it is.
WITH ledger AS (
    SELECT
        p.person, p.post_type, p.on_post_from, p.ord,
        p.off_post_on IS NULL OR run.run_date <= p.off_post_on AS is_on_post
    FROM posts p
    CROSS JOIN run
    WHERE p.on_post_from <= run.run_date
),
newest AS (
    SELECT *
    FROM ledger
    QUALIFY row_number() OVER (
        PARTITION BY person ORDER BY CASE WHEN is_on_post THEN 0 ELSE 1 END, on_post_from DESC, ord DESC
    ) = 1
)
SELECT
    c.county_code,
    coalesce(k.county, c.county_code) AS "县",
    coalesce(t.township, substr(c.village_code, 1, 9)) AS "乡",
    c.village_code AS "村",
    c.household_no AS "户编号",
    c.person AS "证件号码",
    c.household_type AS "户类型",
    c.monitor_category AS "监测对象类别",
    CASE WHEN c.risk_cleared THEN '是' ELSE '否' END AS "风险是否已消除",
    CAST(NULL AS VARCHAR) AS "识别监测时间",
    CAST(NULL AS VARCHAR) AS "消除监测时间",
    CAST(NULL AS VARCHAR) AS "风险消除方式",
    CAST(NULL AS VARCHAR) AS "致贫/返贫风险1",
    CAST(NULL AS VARCHAR) AS "致贫/返贫风险2",
    CAST(NULL AS VARCHAR) AS "致贫/返贫风险3",
    CAST(NULL AS VARCHAR) AS "致贫/返贫风险4",
    CAST(NULL AS VARCHAR) AS "致贫/返贫风险5",
    CAST(NULL AS VARCHAR) AS "就业帮扶",
    CASE WHEN n.is_on_post THEN '是' WHEN NOT n.is_on_post THEN '否' END AS "公益岗位帮扶",
    CASE WHEN n.is_on_post THEN n.post_type END AS "公益性岗位",
    CAST(NULL AS VARCHAR) AS "公益性岗位(月数)",
    CASE WHEN w.is_working THEN coalesce(r.county, w.work_region) END AS "务工所在地",
    c.labour AS "劳动技能",
    s.relation AS "与户主关系",
    c.student AS "在校生状况",
    CAST(NULL AS VARCHAR) AS "文化程度",
    CAST(NULL AS VARCHAR) AS "联系电话",
    CAST(NULL AS VARCHAR) AS "年收入",
    CAST(NULL AS VARCHAR) AS "人均纯收入",
    CAST(NULL AS VARCHAR) AS "整户无劳动能力兜底保障户"
FROM changed_people c
JOIN staged_registry s ON s.person = c.person AND s.ord = c.ord
LEFT JOIN changed_work w ON w.person = c.person
LEFT JOIN newest n ON n.person = c.person
LEFT JOIN reference_counties k ON k.county_code = c.county_code
LEFT JOIN reference_counties r ON r.county_code = w.work_region
LEFT JOIN reference_townships t ON t.township_code = substr(c.village_code, 1, 9)
WHERE c.monitor_category IS NOT NULL
