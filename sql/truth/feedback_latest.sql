-- One row per warning and day it was checked: the latest delivered version, the feed's truth on the run date, conflicts included.
-- Most keys come once: only those that came again are compared.
WITH came_again AS (
    SELECT warning_id, checked_on, max(ord) AS ord
    FROM staged_feedback
    WHERE NOT superseded
    GROUP BY warning_id, checked_on
    HAVING count(*) > 1
)
SELECT s.warning_id, s.checked_on, s.outcome, s.service, s.served_on, s.delivered_on, s.ord
FROM staged_feedback s
ANTI JOIN came_again a
    ON a.warning_id = s.warning_id AND a.checked_on = s.checked_on AND a.ord > s.ord
WHERE NOT s.superseded
