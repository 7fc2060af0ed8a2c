-- One row: what is not as it should be in the published table persons.
WITH repeats AS (
    SELECT coalesce(sum(rows - 1), 0) AS keys_repeated
    FROM (SELECT person, count(*) AS rows FROM mart_persons GROUP BY person) k
),
counts AS (
    SELECT
        count(*) AS rows,
        count(CASE WHEN person IS NULL THEN 1 END) AS person_missing,
        count(CASE WHEN county_code IS NULL THEN 1 END) AS county_missing,
        count(CASE WHEN state IS NULL THEN 1 END) AS state_missing,
        count(
            CASE WHEN state NOT IN (
                    'deceased', 'outside_labour', 'on_post', 'employed', 'suspected_unemployed',
                    'unverified', 'unemployed', 'never_employed'
                ) THEN 1 END
        ) AS state_unknown,
        count(
            CASE WHEN (state = 'unemployed') <> (since IS NOT NULL AND cause IS NOT NULL) THEN 1 END
        ) AS since_misplaced,
        count(CASE WHEN age < 0 OR age > 126 THEN 1 END) AS age_impossible
    FROM mart_persons
)
SELECT c.*, r.keys_repeated
FROM counts c
CROSS JOIN repeats r
