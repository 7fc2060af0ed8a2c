-- One row per person of the registry on the date: class, place and employment state, by pseudonym.
SELECT
    p.person, -- pseudonym; the same in every table and on every date
    p.county_code, -- county of the registry, six digits
    substr(p.village_code, 1, 9) AS township_code, -- township, nine digits; see places
    p.village_code, -- village, twelve digits
    regexp_replace(p.household_no, '[0-9][0-9[:space:]]{14,}[0-9Xx]*|[0-9]{6}-[0-9]{8}-[0-9]{3}[0-9Xx]|[一-鿿]{2,}', '***', 'g') AS household_no, -- 户编号; long runs of digits, and Chinese words, are masked
    p.household_type, -- 户类型
    p.monitor_category, -- 监测对象类别, NULL for none
    coalesce(p.risk_cleared, FALSE) AS risk_cleared, -- 风险是否已消除
    p.low_income, -- 低收入类别, NULL for none
    p.labour, -- 劳动技能
    p.age, -- full years on the date
    p.is_student, -- 在校生
    p.is_willing, -- 就业意愿, taken as yes where empty
    coalesce(p.relocated, FALSE) AS relocated, -- 易地搬迁
    p.is_priority, -- monitored with a risk not cleared, or relocated: warnings are one level higher
    s.state, -- employment state: deceased, outside_labour, on_post, employed, suspected_unemployed, unverified, unemployed, never_employed
    s.since, -- unemployed only: the day after the last working day
    s.cause -- unemployed only: employment_ended, post_ended, insurance_stopped, insurance_lapsed
FROM people p
JOIN states s ON s.person = p.person
