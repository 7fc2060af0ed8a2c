-- One row per row of allowances in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM allowances_latest t
ANTI JOIN conflicts c ON c.feed = 'allowances' AND c.ord = t.ord
