-- One row per person of the ledgers of a county in which somebody may be the first who was paid for a period: the others
-- may have been left out.
SELECT s.person
FROM staged_posts s
SEMI JOIN (
    SELECT b.county_code FROM months_in_question b CROSS JOIN run WHERE b.period >= run.run_month - 12
) m
    ON m.county_code = substr(s.village_code, 1, 6)
