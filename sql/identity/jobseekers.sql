-- One row per row of jobseekers in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM jobseekers_latest t
ANTI JOIN conflicts c ON c.feed = 'jobseekers' AND c.ord = t.ord
