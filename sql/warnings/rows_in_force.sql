-- One row per row of a rule that rests on an instrument in force: on the run date, or, for payments, on some day of
-- the payment's period, since money wrongly paid under a policy does not become right when the policy ends.
-- `instruments` names those in force, for the clauses to cite.
WITH dated AS (
    SELECT
        r.*,
        coalesce(CAST(r.key_person AS VARCHAR), '') || '|' || coalesce(CAST(r.key_employer AS VARCHAR), '')
            || '|' || coalesce(r.key_rest, '') AS subject_key,
        coalesce(m.first_day, run.run_date) AS rests_from,
        coalesce(m.last_day, run.run_date) AS rests_to
    FROM rule_rows r
    LEFT JOIN months m ON m.period = r.period
    CROSS JOIN run
    WHERE r.in_window IS NOT NULL
),
in_force AS (
    SELECT b.rule, b.instrument, i.in_force_from, i.in_force_to
    FROM reference_basis b
    JOIN reference_instruments i ON i.instrument = b.instrument
),
cited AS (
    SELECT
        d.rule,
        d.rests_from,
        d.rests_to,
        string_agg(f.instrument, ';' ORDER BY f.instrument) AS instruments
    FROM (SELECT DISTINCT rule, rests_from, rests_to FROM dated) d
    JOIN in_force f
        ON f.rule = d.rule
        AND f.in_force_from <= d.rests_to
        AND (f.in_force_to IS NULL OR d.rests_from <= f.in_force_to)
    GROUP BY d.rule, d.rests_from, d.rests_to
)
SELECT d.*, c.instruments
FROM dated d
JOIN cited c ON c.rule = d.rule AND c.rests_from = d.rests_from AND c.rests_to = d.rests_to
