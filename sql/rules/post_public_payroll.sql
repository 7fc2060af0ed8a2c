-- One row per ledger row whose holder is on another employer's public payroll, and row of the payroll.
-- 财政供养人员在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    4 AS level,
    TRUE AS in_window,
    '台账显示在岗，而' || x.kind || '名册显示自' || CAST(x.from_on AS VARCHAR)
        || '起由其他单位列支；请村干部核实本人身份和起止日期，属实的由岗位开发主管部门办理退岗，名册有误的由提供部门更正。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'payroll' AS fact_feed,
    x.ord AS fact_ord
FROM post_holders h
JOIN payroll x ON x.person = h.person AND x.name_key = h.name_key
CROSS JOIN run
WHERE x.from_on <= run.run_date
    AND (x.to_on IS NULL OR run.run_date <= x.to_on)
    AND x.employer_name_key <> h.employer_name_key
