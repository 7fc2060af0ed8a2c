-- One row per row of benefits in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM benefits_latest t
ANTI JOIN conflicts c ON c.feed = 'benefits' AND c.ord = t.ord
