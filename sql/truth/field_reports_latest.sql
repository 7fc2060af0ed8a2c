-- One row per field report: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT report_no, max(ord) AS ord
    FROM staged_field_reports
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_field_reports)
    GROUP BY report_no
)
SELECT s.person, s.name_key, s.reported_on, s.kind, s.delivered_on, s.ord
FROM staged_field_reports s
ANTI JOIN later l
    ON l.report_no = s.report_no AND l.ord > s.ord
WHERE NOT s.superseded
