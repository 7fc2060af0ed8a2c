-- One row per person and employer: how the employer's cover stands on the run date, the grace months apart, which
-- are the county's: a cover neither stopped nor ahead holds while period >= month(D) - insurance_grace_months.
WITH newest_period AS (
    SELECT
        person,
        name_key,
        employer_no_key,
        period,
        bool_and(state IN ('暂停缴费', '终止缴费')) AS all_stopped
    FROM cover_rows
    GROUP BY person, name_key, employer_no_key, period
)
SELECT
    n.person,
    n.name_key,
    n.employer_no_key,
    n.period,
    m.first_day,
    m.last_day,
    n.all_stopped AND m.first_day <= run.run_date AS is_stopped,
    n.all_stopped AND m.first_day > run.run_date AS is_ahead
FROM newest_period n
JOIN months m ON m.period = n.period
CROSS JOIN run
