-- One row per allowance payment: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT payment_no, max(ord) AS ord
    FROM staged_allowances
    WHERE NOT superseded
    GROUP BY payment_no
    HAVING count(*) > 1
)
SELECT s.payment_no, s.person, s.name_key, s.kind, s.county_code, s.period, s.days, s.amount, s.paid_on, s.status,
    s.delivered_on, s.ord
FROM staged_allowances s
ANTI JOIN came_again a
    ON a.payment_no = s.payment_no AND a.ord > s.ord
WHERE NOT s.superseded
