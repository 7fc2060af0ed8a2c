-- One row per county, department and movement (onto a post, off it) that the ledgers first said in the last 365 days:
-- how many days after it. What stood in a department's first ledger was entered nobody knows when, and is left out; what
-- another department takes over was said by the first.
WITH ledger AS (
    SELECT
        substr(s.village_code, 1, 6) AS county_code, s.department, s.person, s.post_no, s.on_post_from,
        CASE WHEN s.off_post_on < DATE '9999-01-01' THEN s.off_post_on END AS off_post_on,
        s.delivered_on, s.ord
    FROM staged_posts s
    WHERE NOT s.superseded
),
begun AS (
    SELECT county_code, department, min(delivered_on) AS first_delivered_on FROM ledger GROUP BY county_code, department
),
movements AS (
    SELECT county_code, department, 'on' AS movement, person, post_no, on_post_from AS moved_on, delivered_on, ord
    FROM ledger
    UNION ALL
    SELECT county_code, department, 'off' AS movement, person, post_no, off_post_on AS moved_on, delivered_on, ord
    FROM ledger
    WHERE off_post_on IS NOT NULL
),
first_said AS (
    SELECT *
    FROM movements
    QUALIFY row_number() OVER (
        PARTITION BY county_code, movement, person, post_no, moved_on ORDER BY delivered_on, ord
    ) = 1
)
SELECT
    f.county_code,
    f.department,
    f.movement,
    count(*) AS movements,
    -- What is said ahead is not late.
    median(greatest(date_diff('day', f.moved_on, f.delivered_on), 0)) AS median_days,
    max(greatest(date_diff('day', f.moved_on, f.delivered_on), 0)) AS most_days
FROM first_said f
JOIN begun b ON b.county_code = f.county_code AND b.department = f.department
CROSS JOIN run
WHERE f.delivered_on > b.first_delivered_on AND f.delivered_on > run.run_date - 365
GROUP BY f.county_code, f.department, f.movement
