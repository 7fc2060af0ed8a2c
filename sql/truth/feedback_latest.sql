-- One row per warning and day it was checked: the latest delivered version, the feed's truth on the run date.
-- Within a delivery date every key stands once, so only what came after the first date can replace anything.
WITH later AS (
    SELECT warning_id, checked_on, max(ord) AS ord
    FROM staged_feedback
    WHERE NOT superseded AND delivered_on > (SELECT min(delivered_on) FROM staged_feedback)
    GROUP BY warning_id, checked_on
)
SELECT s.warning_id, s.checked_on, s.outcome, s.service, s.served_on, s.delivered_on, s.ord
FROM staged_feedback s
ANTI JOIN later l
    ON l.warning_id = s.warning_id AND l.checked_on = s.checked_on AND l.ord > s.ord
WHERE NOT s.superseded
