-- One row per field report: the latest delivered version, the feed's truth on the run date, conflicts included.
SELECT report_no, person, name_key, reported_on, kind, delivered_on, ord
FROM staged_field_reports
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY report_no ORDER BY ord DESC) = 1
