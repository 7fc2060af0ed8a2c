-- One row per person of concern: registry, ledgers and payees. The millions of other insured people go no further.
SELECT person FROM registry
UNION SELECT person FROM posts_latest
UNION SELECT person FROM subsidies_latest
UNION SELECT person FROM allowances_latest
