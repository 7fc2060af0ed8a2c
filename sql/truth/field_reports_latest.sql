-- One row per field report: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT report_no, max(ord) AS ord
    FROM staged_field_reports
    WHERE NOT superseded
    GROUP BY report_no
    HAVING count(*) > 1
)
SELECT s.report_no, s.person, s.name_key, s.reported_on, s.kind, s.delivered_on, s.ord
FROM staged_field_reports s
ANTI JOIN came_again a
    ON a.report_no = s.report_no AND a.ord > s.ord
WHERE NOT s.superseded
