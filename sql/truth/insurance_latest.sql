-- One row per person, scheme, employer and period: the latest delivered version, the feed's truth on the run date, conflicts included.
SELECT s.person, s.name_key, s.scheme, s.employer_no_key, s.employer_name_key, s.employer_code, s.payer, s.period,
    s.payment, s.state, s.stop_reason, s.delivered_on, s.ord
FROM staged_insurance s
ANTI JOIN insurance_replaced r ON r.ord = s.ord
WHERE NOT s.superseded
