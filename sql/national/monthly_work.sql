-- One row per person of the form 务工月监测 (已外出务工) of the national system, with its columns; NULL: not known.
WITH transport AS (
    SELECT a.person, sum(a.amount) AS amount
    FROM allowance_payments a
    JOIN people p ON p.person = a.person AND p.name_key = a.name_key
    CROSS JOIN run
    WHERE a.kind = '跨省交通补助' AND year(a.first_day) = year(run.run_date) AND a.paid_on <= run.run_date
    GROUP BY a.person
)
SELECT
    c.county_code,
    coalesce(k.county, c.county_code) AS "县",
    coalesce(t.township, substr(c.village_code, 1, 9)) AS "乡",
    c.village_code AS "行政村",
    c.household_no AS "户编号",
    c.person AS "证件号码",
    c.household_type AS "户类型",
    c.monitor_category AS "监测对象类别",
    CASE WHEN w.is_working THEN '是' ELSE '否' END AS "是否已务工",
    w.started_on AS "开始时间",
    w.ended_on AS "结束时间",
    coalesce(r.county, w.work_region) AS "务工所在县",
    w.employer_name_key AS "务工企业名称",
    CAST(NULL AS VARCHAR) AS "所属行业",
    w.channel AS "就业渠道",
    a.amount AS "年度交通费补助"
FROM changed_people c
JOIN changed_work w ON w.person = c.person
LEFT JOIN transport a ON a.person = c.person
LEFT JOIN reference_counties k ON k.county_code = c.county_code
LEFT JOIN reference_counties r ON r.county_code = w.work_region
LEFT JOIN reference_townships t ON t.township_code = substr(c.village_code, 1, 9)
