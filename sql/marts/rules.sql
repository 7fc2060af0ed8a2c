-- One row per rule and instrument it rests on.
SELECT
    r.rule, -- code
    r.title, -- 规则名称
    r.family, -- Employment, Employers, Welfare posts, Payments, Allowances
    r.list, -- list of the extract: 帮扶, 核查, 单位整改
    r.office, -- office that follows it up
    r.feeds, -- feeds it needs, separated by semicolons
    b.instrument, -- policy document
    i.title AS instrument_title, -- its title
    b.clause, -- clause
    i.in_force_from, -- first day in force
    i.in_force_to -- last day in force, NULL while it is
FROM reference_rules r
LEFT JOIN reference_basis b ON b.rule = r.rule
LEFT JOIN reference_instruments i ON i.instrument = b.instrument
