-- One row: what is not as it should be in the published table hard_to_employ.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT person, criterion, count(*) AS rows FROM mart_hard_to_employ GROUP BY person, criterion) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN p.person IS NULL OR p.state NOT IN ('unemployed', 'never_employed') THEN 1 END) AS not_without_work
    FROM mart_hard_to_employ h
    LEFT JOIN mart_persons p ON p.person = h.person
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
