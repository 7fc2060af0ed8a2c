-- One row per registry person whose every working record is stale, and working record.
-- 就业状态待核实: clause 二、（九）; nobody has looked for a long time.
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    p.village_code,
    1 AS level,
    TRUE AS in_window,
    '务工信息最近更新于' || CAST(k.updated_on AS VARCHAR)
        || '，已长期未更新；请村干部或帮扶联系人核实本人是否仍在该处工作，并更新务工信息。' AS reason,
    'registry' AS subject_feed,
    p.ord AS subject_ord,
    'employment' AS fact_feed,
    w.ord AS fact_ord
FROM states s
JOIN people p ON p.person = s.person
JOIN work k ON k.person = s.person AND k.name_key = p.name_key
JOIN working_records w ON w.person = s.person AND w.name_key = p.name_key
WHERE s.state = 'unverified'
