-- One row per warning and day it was checked: the latest delivered version, the feed's truth on the run date, conflicts included.
SELECT warning_id, checked_on, outcome, service, served_on, delivered_on, ord
FROM staged_feedback
WHERE NOT superseded
QUALIFY row_number() OVER (PARTITION BY warning_id, checked_on ORDER BY ord DESC) = 1
