-- One row per person ever paid to an account to which somebody affected was ever paid.
WITH accounts AS (
    SELECT DISTINCT s.bank_account_key
    FROM staged_subsidies s
    SEMI JOIN affected a ON a.person = s.person
)
SELECT DISTINCT s.person
FROM staged_subsidies s
SEMI JOIN accounts c ON c.bank_account_key = s.bank_account_key
