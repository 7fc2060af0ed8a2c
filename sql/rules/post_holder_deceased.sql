-- One row per ledger row on which a dead person is still on the post, and report of the death.
-- 死亡人员在岗: clause 二、（七）; red where the police or two offices say so.
SELECT
    h.person AS key_person,
    h.post_no AS key_rest,
    h.person,
    h.county_code,
    h.village_code,
    CASE WHEN d.is_certain THEN 4 ELSE 3 END AS level,
    TRUE AS in_window,
    '台账显示自' || CAST(h.on_post_from AS VARCHAR) || '起在岗，而死亡信息记载本人已于' || CAST(d.died_on AS VARCHAR)
        || '去世；请村干部核实，属实的由岗位开发主管部门办理退岗并核查其后的补贴，有误的由提供部门更正死亡信息。' AS reason,
    'posts' AS subject_feed,
    h.ord AS subject_ord,
    'deaths' AS fact_feed,
    x.ord AS fact_ord
FROM post_holders h
JOIN deceased d ON d.person = h.person AND d.name_key = h.name_key
JOIN deaths x ON x.person = h.person AND x.name_key = h.name_key
CROSS JOIN run
WHERE x.died_on <= run.run_date
