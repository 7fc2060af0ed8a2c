-- One row per registry person who lost insured work and has not drawn the unemployment benefit due, and paid row.
-- 应领未领失业保险金: clause 二、（九）; money the family is entitled to.
WITH jobless AS (
    SELECT
        p.person, p.name_key, p.county_code, p.village_code, p.ord, s.since,
        year(s.since) * 12 + month(s.since) - 1 AS since_month,
        s.since > run.run_date - 365 AS in_window
    FROM states s
    JOIN people p ON p.person = s.person
    CROSS JOIN run
    WHERE s.state = 'unemployed' AND p.is_willing
),
said_dead AS (
    SELECT DISTINCT person FROM last_work_rows WHERE is_said_dead
),
drawn AS (
    SELECT
        j.person,
        max(CASE WHEN b.period < j.since_month THEN b.period END) AS last_before,
        bool_or(b.period >= j.since_month) AS has_drawn
    FROM jobless j
    JOIN benefits b ON b.person = j.person AND b.kind = '失业保险金' AND b.amount > 0
    GROUP BY j.person
),
insured AS (
    SELECT i.*
    FROM insurance i
    SEMI JOIN jobless j ON j.person = i.person
    WHERE i.scheme = '失业保险' AND i.payer = '单位职工'
),
paid AS (
    SELECT i.person, i.period, i.ord
    FROM insured i
    LEFT JOIN drawn d ON d.person = i.person
    WHERE i.state = '参保缴费' AND coalesce(i.payment, '') <> '欠费' AND i.period > coalesce(d.last_before, 0)
),
paid_months AS (
    SELECT person, count(DISTINCT period) AS months FROM paid GROUP BY person
),
stops AS (
    SELECT i.person, i.period, coalesce(i.stop_reason, '') IN ('本人辞职', '退休', '死亡') AS is_own_end
    FROM insured i
    CROSS JOIN run
    WHERE i.state IN ('暂停缴费', '终止缴费') AND i.period <= run.run_month
    QUALIFY rank() OVER (PARTITION BY i.person ORDER BY i.period DESC) = 1
),
own_end AS (
    SELECT person FROM stops GROUP BY person HAVING bool_and(is_own_end)
)
SELECT
    j.person AS key_person,
    j.person,
    j.county_code,
    j.village_code,
    2 AS level,
    j.in_window,
    '自' || CAST(j.since AS VARCHAR) || '起失业，单位' || CASE WHEN d.last_before IS NOT NULL THEN '在上次领取失业保险金之后' ELSE '' END || '为本人缴纳失业保险' || CAST(m.months AS VARCHAR)
        || '个月，失业以来没有查到领取失业保险金的记录；'
        || CASE WHEN x.person IS NOT NULL THEN '有记录记载的离岗或停保原因是死亡，请先向村里核实本人是否已去世，不要先联系本人；记载有误的，再' ELSE '' END
        || '请村干部告知本人可以申领，由人社部门核对是否符合领取条件。' AS reason,
    'registry' AS subject_feed,
    j.ord AS subject_ord,
    'insurance' AS fact_feed,
    i.ord AS fact_ord
FROM jobless j
JOIN parameters k ON k.county_code = j.county_code
JOIN paid_months m ON m.person = j.person
JOIN paid i ON i.person = j.person
LEFT JOIN drawn d ON d.person = j.person
LEFT JOIN said_dead x ON x.person = j.person
ANTI JOIN own_end o ON o.person = j.person
WHERE m.months >= k.benefit_months AND NOT coalesce(d.has_drawn, FALSE)
