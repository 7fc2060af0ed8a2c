-- One row per row of subsidies in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM subsidies_latest t
ANTI JOIN conflicts c ON c.feed = 'subsidies' AND c.ord = t.ord
