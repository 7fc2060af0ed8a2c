-- One row per ledger row whose holder draws unemployment benefit for a month after taking up the post, and payment.
-- 在岗期间领取失业保险金: clause 二、（七）.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    3 AS level,
    c.in_window,
    '台账显示自' || CAST(h.on_post_from AS VARCHAR) || '起在岗，而本人领取了' || m.month
        || '的失业保险金；请村干部核实是否在岗，由社保经办机构核对失业保险金，台账有误的由岗位开发主管部门更正。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'benefits' AS fact_feed,
    c.ord AS fact_ord
FROM post_holders h
JOIN claims c ON c.person = h.person AND c.name_key = h.name_key
JOIN months m ON m.period = c.period
WHERE c.period > year(h.on_post_from) * 12 + month(h.on_post_from) - 1
