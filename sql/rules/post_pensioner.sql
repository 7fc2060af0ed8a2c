-- One row per ledger row whose holder draws an employee's pension, and payment of it.
-- 领取职工养老金人员在岗: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    3 AS level,
    b.in_window,
    '台账显示在岗，而本人近期（' || m.month
        || '）领取了职工养老金；请村干部核实，属实的由岗位开发主管部门办理退岗，待遇发放有误的由社保经办机构更正。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'benefits' AS fact_feed,
    b.ord AS fact_ord
FROM post_holders h
JOIN pensions b ON b.person = h.person AND b.name_key = h.name_key
JOIN months m ON m.period = b.period
