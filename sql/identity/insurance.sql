-- One row per row of insurance in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM insurance_latest t
ANTI JOIN conflicts c ON c.feed = 'insurance' AND c.ord = t.ord
