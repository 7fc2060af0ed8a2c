-- One row per household that has members who could work and none who does, and member.
-- 有劳动力无务工户: clause 二、（九）; one visit settles it for the whole family.
WITH members AS (
    SELECT
        p.person, p.county_code, p.household_no, p.village_code, p.is_priority, p.willing, p.ord, s.state,
        s.since > run.run_date - 365 AS lost_within_a_year
    FROM people p
    JOIN states s ON s.person = p.person
    CROSS JOIN run
    WHERE s.state NOT IN ('deceased', 'outside_labour')
),
households AS (
    SELECT
        p.county_code,
        p.household_no,
        count(*) AS could_work,
        bool_or(
            coalesce(p.willing, FALSE)
            OR (p.willing IS NULL AND p.state = 'unemployed' AND p.lost_within_a_year)
        ) AS in_window
    FROM members p
    GROUP BY p.county_code, p.household_no
    HAVING bool_and(p.state IN ('unemployed', 'never_employed'))
        AND bool_or(coalesce(p.willing, p.state = 'unemployed'))
),
families AS (
    SELECT p.county_code, p.household_no, min(p.village_code) AS village_code, bool_or(p.is_priority) AS is_priority
    FROM people p
    SEMI JOIN households h ON h.county_code = p.county_code AND h.household_no = p.household_no
    GROUP BY p.county_code, p.household_no
)
SELECT
    h.county_code || '|' || h.household_no AS key_rest,
    h.county_code,
    f.village_code,
    CASE WHEN f.is_priority THEN 3 ELSE 2 END AS level,
    h.in_window,
    '全户有' || CAST(h.could_work AS VARCHAR)
        || '名可以就业的成员，目前都没有查到在工作的记录；请村干部或帮扶联系人入户核实各人是否在工作、有无就业意愿和困难，由乡镇介绍岗位。' AS reason,
    'registry' AS subject_feed,
    m.ord AS subject_ord
FROM households h
JOIN families f ON f.county_code = h.county_code AND f.household_no = h.household_no
JOIN members m ON m.county_code = h.county_code AND m.household_no = h.household_no
