-- One row per row of employment in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM employment_latest t
ANTI JOIN conflicts c ON c.feed = 'employment' AND c.ord = t.ord
