-- One row per registry person on record as running a business that the register of enterprises says is closed,
-- and row of that register. 自主创业主体注销: clause 二、（五）（九）.
WITH closed AS (
    SELECT w.person, w.ord AS record_ord, e.status, e.ord
    FROM working_records w
    JOIN enterprises e ON e.person = w.person AND e.name_key = w.name_key AND e.uscc = w.employer_code
    WHERE w.channel = '自主创业' AND e.status IN ('注销', '吊销') AND e.delivered_on > w.updated_on
),
rows_that_say_so AS (
    SELECT person, status, 'enterprises' AS feed, ord FROM closed
    UNION ALL
    SELECT person, status, 'employment', record_ord FROM closed
)
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    p.village_code,
    CASE WHEN p.is_priority THEN 3 ELSE 2 END AS level,
    TRUE AS in_window,
    '务工信息登记为自主创业，但市场主体登记显示该主体已' || c.status
        || '；请村干部或帮扶联系人核实本人是否仍在经营或已另有工作，并更新务工信息，需要帮扶的由乡镇提供创业和就业服务。' AS reason,
    'registry' AS subject_feed,
    p.ord AS subject_ord,
    c.feed AS fact_feed,
    c.ord AS fact_ord
FROM states s
JOIN people p ON p.person = s.person
JOIN rows_that_say_so c ON c.person = p.person
WHERE s.state IN ('employed', 'unverified')
