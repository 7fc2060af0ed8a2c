-- One row per row of field_reports in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM field_reports_latest t
ANTI JOIN conflicts c ON c.feed = 'field_reports' AND c.ord = t.ord
