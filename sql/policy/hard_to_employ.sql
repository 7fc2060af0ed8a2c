-- One row per person and criterion of 就业困难人员 that is met: who may be identified as hard to employ, on application.
-- Disability is in no feed, so it is not judged. `bound` is the value of the criterion's parameter, NULL for none.
WITH idle_households AS (
    SELECT p.county_code, p.household_no
    FROM people p
    SEMI JOIN jobless j ON j.county_code = p.county_code AND j.household_no = p.household_no
    JOIN states s ON s.person = p.person
    GROUP BY p.county_code, p.household_no
    HAVING count(CASE WHEN s.state IN ('employed', 'on_post', 'unverified', 'suspected_unemployed') THEN 1 END) = 0
),
asked AS (
    SELECT
        j.*, k.hard_age_men, k.hard_age_women, k.hard_unemployed_months, k.hard_low_income, k.hard_zero_employment,
        x.is_woman,
        run.run_month - (year(j.since) * 12 + month(j.since) - 1)
            - CASE WHEN day(run.run_date) < day(j.since) THEN 1 ELSE 0 END AS unemployed_months
    FROM jobless j
    JOIN policy_parameters k ON k.county_code = j.county_code
    JOIN sexes x ON x.person = j.person
    CROSS JOIN run
)
SELECT person, county_code, 'age' AS criterion, CASE WHEN is_woman THEN hard_age_women ELSE hard_age_men END AS bound
FROM asked
WHERE age >= CASE WHEN is_woman THEN hard_age_women ELSE hard_age_men END
UNION ALL
SELECT person, county_code, 'unemployed', hard_unemployed_months
FROM asked
WHERE state = 'unemployed' AND unemployed_months >= hard_unemployed_months
UNION ALL
SELECT person, county_code, 'low_income', NULL
FROM asked
WHERE hard_low_income AND low_income IN ('低保', '特困')
UNION ALL
SELECT a.person, a.county_code, 'zero_employment', NULL
FROM asked a
JOIN idle_households h ON h.county_code = a.county_code AND h.household_no = a.household_no
WHERE a.hard_zero_employment
