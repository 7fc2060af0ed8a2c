-- One row per rule, county and priority group with warnings: the work they are, and how many of those checked were
-- right. The latest feedback on a warning counts. Not suppressed: warnings holds the same row by row.
WITH homes AS (
    SELECT p.county_code, p.household_no, bool_or(p.is_priority) AS is_priority
    FROM people p
    SEMI JOIN warnings w ON w.county_code = p.county_code AND w.household_no = p.household_no
    GROUP BY p.county_code, p.household_no
),
grouped AS (
    SELECT
        w.*,
        CASE WHEN w.key_employer IS NULL THEN coalesce(p.is_priority, h.is_priority, FALSE) END AS is_priority,
        w.outcome = '属实' AS is_upheld
    FROM warnings w
    LEFT JOIN people p ON p.person = w.person
    LEFT JOIN homes h ON h.county_code = w.county_code AND h.household_no = w.household_no
)
SELECT
    g.rule, -- see rules
    g.county_code, -- county of the warnings
    g.is_priority, -- the person, or a member of the household, is a priority person of the registry (see persons); NULL: an employer
    count(*) AS warnings, -- opened on or before the date
    count(CASE WHEN g.status = 'open' THEN 1 END) AS waiting, -- of them to be checked
    count(CASE WHEN g.is_overdue THEN 1 END) AS overdue, -- of these due, and no feedback
    count(g.outcome) AS checked, -- with feedback, whether they ended since or not
    count(CASE WHEN g.is_upheld THEN 1 END) AS upheld, -- of them 属实
    CAST(count(CASE WHEN g.is_upheld THEN 1 END) AS DOUBLE) / nullif(count(g.outcome), 0) AS share_upheld, -- upheld of checked; NULL where nothing was checked
    count(CASE WHEN g.is_upheld AND g.service IS NOT NULL AND g.served_on <= run.run_date THEN 1 END) AS served, -- of upheld: helped or settled by the date
    count(CASE WHEN g.status = 'confirmed' THEN 1 END) AS to_be_served, -- 属实, not ended and not yet served
    median(CASE WHEN g.outcome IS NOT NULL THEN date_diff('day', g.opened_on, g.checked_on) END) AS median_days_to_check -- from opening to 核查日期
FROM grouped g
CROSS JOIN run
GROUP BY g.rule, g.county_code, g.is_priority
