-- One row per registry person whose known wages add up to less than the floor, and working record.
-- 务工收入待核: clause 二、（九）; often a typing error, sometimes a family in need.
SELECT
    p.person AS key_person,
    p.person,
    p.county_code,
    p.village_code,
    1 AS level,
    TRUE AS in_window,
    '在册务工记录的月收入合计' || rtrim(rtrim(CAST(w.monthly_wage AS VARCHAR), '0'), '.') || '元，低于核查线'
        || rtrim(rtrim(CAST(k.low_wage_floor AS VARCHAR), '0'), '.')
        || '元；请村干部或帮扶联系人向本人核实实际月收入，登记有误的更正。' AS reason,
    'registry' AS subject_feed,
    p.ord AS subject_ord,
    'employment' AS fact_feed,
    r.ord AS fact_ord
FROM states s
JOIN people p ON p.person = s.person
JOIN parameters k ON k.county_code = p.county_code
JOIN work w ON w.person = s.person AND w.name_key = p.name_key
JOIN working_records r ON r.person = s.person AND r.name_key = p.name_key
WHERE s.state = 'employed' AND NOT s.is_covered AND w.has_every_wage AND w.monthly_wage < k.low_wage_floor
    AND k.insurance_grace_months IS NOT NULL
