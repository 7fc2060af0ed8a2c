-- One row per post, person and day of taking it up: the ledgers' truth on the run date, conflicts included.
-- A ledger is a snapshot of a county's department and keeps the holders who have left.
WITH current_rows AS (
    SELECT s.*, n.county_code
    FROM staged_posts s
    JOIN posts_scopes n
        ON n.county_code = substr(s.village_code, 1, 6)
        AND n.department = s.department
        AND n.delivered_on = s.delivered_on
    WHERE NOT s.superseded
),
last_delivered AS (
    SELECT post_no, person, on_post_from, max(ord) AS ord FROM current_rows GROUP BY post_no, person, on_post_from
)
SELECT
    c.person, c.name_key, c.born_on, c.county_code, c.village_code, c.post_no, c.post_type, c.department,
    c.funding, c.employer_name_key, c.employer_code, c.on_post_from, c.off_post_on, c.off_reason,
    c.contract_from, c.contract_to, c.accident_policy_no, c.accident_insured_to, c.monthly_standard,
    c.delivered_on, c.ord
FROM current_rows c
SEMI JOIN last_delivered l
    ON l.person = c.person AND l.post_no = c.post_no AND l.on_post_from = c.on_post_from AND l.ord = c.ord
