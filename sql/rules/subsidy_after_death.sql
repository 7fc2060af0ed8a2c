-- One row per payment for a month after its person's death, and report of the death.
-- 死亡后发放补贴: clause 二、（七）. A report of a later death, after which nothing was paid, is named: which is right?
WITH others AS (
    SELECT person, name_key, died_on, source
    FROM deaths
    CROSS JOIN run
    WHERE died_on <= run.run_date
    QUALIFY row_number() OVER (PARTITION BY person, name_key ORDER BY died_on DESC, source) = 1
)
SELECT
    s.person AS key_person,
    s.month AS key_rest,
    s.person,
    s.county_code,
    4 AS level,
    s.in_window,
    s.period,
    CAST(s.paid_on AS VARCHAR) || '发放了' || s.month || '月份岗位补贴' || rtrim(rtrim(CAST(s.amount AS VARCHAR), '0'), '.') || '元，而死亡信息记载本人已于'
        || CAST(d.died_on AS VARCHAR)
        || '去世' || coalesce('（' || o.source || '记载的死亡日期为' || CAST(o.died_on AS VARCHAR) || '，请一并核对）', '')
        || '；请村干部核实，属实的由岗位开发主管部门停发并按规定追回，有误的由提供部门更正死亡信息。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord,
    'deaths' AS fact_feed,
    x.ord AS fact_ord
FROM payments s
JOIN deceased d ON d.person = s.person AND d.name_key = s.name_key
JOIN deaths x ON x.person = s.person AND x.name_key = s.name_key
LEFT JOIN others o
    ON o.person = s.person AND o.name_key = s.name_key
    AND s.period <= year(o.died_on) * 12 + month(o.died_on) - 1
CROSS JOIN run
WHERE s.period > year(d.died_on) * 12 + month(d.died_on) - 1
    AND s.period > year(x.died_on) * 12 + month(x.died_on) - 1
    AND x.died_on <= run.run_date
