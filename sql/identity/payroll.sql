-- One row per row of payroll in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM payroll_latest t
ANTI JOIN conflicts c ON c.feed = 'payroll' AND c.ord = t.ord
