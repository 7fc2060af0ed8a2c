-- One row per subsidy payment: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT payment_no, max(ord) AS ord
    FROM staged_subsidies
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_subsidies)
    GROUP BY payment_no
)
SELECT s.post_no, s.county_code, s.person, s.name_key, s.period, s.required_days, s.attended_days,
    s.amount, s.paid_on, s.bank_account_key, s.status, s.delivered_on, s.ord
FROM staged_subsidies s
ANTI JOIN later l
    ON l.payment_no = s.payment_no AND l.ord > s.ord
WHERE NOT s.superseded
