-- One row per row of deaths in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM deaths_latest t
ANTI JOIN conflicts c ON c.feed = 'deaths' AND c.ord = t.ord
