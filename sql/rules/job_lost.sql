-- One row per registry person who lost work within the window and wants to work, and row that says when.
-- 就业转失业: clause 二、（九）, guidance and placement for those who lose work. Who is said to have died or retired is not
-- asked for work first.
WITH ended AS (
    SELECT person, feed, ord, last_day, is_said_dead, min(ended_by) OVER (PARTITION BY person) AS ended_by
    FROM last_work_rows
)
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    p.village_code,
    CASE WHEN p.is_priority THEN 3 ELSE 2 END AS level,
    s.since > run.run_date - k.job_loss_window_days AS in_window,
    '最后工作日为' || CAST(l.last_day AS VARCHAR) || '（'
        || CASE s.cause
            WHEN 'employment_ended' THEN '务工记录已结束'
            WHEN 'post_ended' THEN '公益性岗位已退岗'
            WHEN 'insurance_stopped' THEN '单位已停保'
            ELSE '单位参保缴费中断，按最后缴费月份推算'
        END
        || coalesce('，记载的原因是' || l.ended_by, '')
        || CASE WHEN l.is_said_dead AND coalesce(l.ended_by, '') <> '死亡' THEN '，另有记录记载的原因是死亡' ELSE '' END
        || '），此后没有可以确认目前在工作的记录；'
        || CASE
            WHEN l.is_said_dead THEN '请先向村里核实本人是否已去世，不要先联系本人；记载有误的，再'
            WHEN l.ended_by = '退休' THEN '请先核实本人是否已退休并领取养老金；没有的，再'
            ELSE ''
        END
        || '请村干部或帮扶联系人入户核实现在是否在工作，在工作的补报务工信息，未工作的由乡镇提供职业指导和岗位介绍。' AS reason,
    'registry' AS subject_feed,
    p.ord AS subject_ord,
    l.feed AS fact_feed,
    l.ord AS fact_ord
FROM states s
JOIN people p ON p.person = s.person
JOIN parameters k ON k.county_code = p.county_code
JOIN ended l ON l.person = s.person
CROSS JOIN run
WHERE s.state = 'unemployed' AND p.is_willing
