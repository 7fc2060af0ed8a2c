-- One row per row of enterprises in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM enterprises_latest t
ANTI JOIN conflicts c ON c.feed = 'enterprises' AND c.ord = t.ord
