-- One row per judged unit: whether it is held or rejected, its volume against the median of the seven deliveries
-- before, its share of quarantined rows (of a snapshot: of the files it lies in), and its age, in days and against
-- its limit.
WITH numbered AS (
    SELECT
        feed, scope, delivered_on, accepted,
        row_number() OVER (PARTITION BY feed, scope ORDER BY delivered_on) AS place
    FROM volumes
),
compared AS (
    SELECT n.feed, n.scope, n.delivered_on, n.accepted, median(b.accepted) AS usual
    FROM numbered n
    JOIN numbered b ON b.feed = n.feed AND b.scope = n.scope AND b.place BETWEEN n.place - 7 AND n.place - 1
    GROUP BY n.feed, n.scope, n.delivered_on, n.accepted
),
scope_files AS (
    SELECT feed, county_code || '|' || coalesce(department, '') AS unit, delivered_on, ';' || files || ';' AS files
    FROM snapshot_scopes
),
unit_files AS (
    SELECT u.feed, u.unit, d.status, d.read, d.quarantined
    FROM quality_units u
    JOIN deliveries d ON d.feed = u.feed AND d.delivered_on = u.delivered_on AND CAST(d.file AS VARCHAR) = u.part
    WHERE u.county_code IS NULL
    UNION ALL
    SELECT u.feed, u.unit, d.status, d.read, d.quarantined
    FROM quality_units u
    JOIN scope_files s ON s.feed = u.feed AND s.unit = u.unit AND s.delivered_on = u.delivered_on
    JOIN deliveries d
        ON d.feed = u.feed
        AND d.delivered_on = u.delivered_on
        AND contains(s.files, ';' || CAST(d.file AS VARCHAR) || ';')
),
files AS (
    SELECT
        feed, unit,
        max(CASE WHEN status = 'rejected' THEN 1 ELSE 0 END) AS rejected,
        max(CASE WHEN status = 'held' THEN 1 ELSE 0 END) AS held,
        CASE WHEN sum(read) > 0 THEN CAST(sum(quarantined) AS DOUBLE) / sum(read) END AS quarantine_share
    FROM unit_files
    GROUP BY feed, unit
),
limits AS (
    SELECT substr(parameter, 9) AS feed, county_code, value FROM parameter_values WHERE parameter LIKE 'max_age_%'
),
widest AS (
    SELECT feed, max(value) AS value FROM limits GROUP BY feed
)
SELECT
    u.feed, u.unit,
    CASE
        WHEN f.unit IS NULL THEN NULL
        WHEN u.county_code IS NULL THEN f.held
        WHEN h.feed IS NOT NULL THEN 1
        ELSE 0
    END AS held,
    f.rejected,
    CASE WHEN t.usual > 0 THEN round(t.accepted / t.usual, 6) END AS rows_to_before,
    round(f.quarantine_share, 6) AS quarantine_share,
    date_diff('day', u.delivered_on, run.run_date) AS age_days,
    CASE WHEN coalesce(l.value, w.value) > 0 THEN
        round(date_diff('day', u.delivered_on, run.run_date) / CAST(coalesce(l.value, w.value) AS DOUBLE), 6)
    END AS age_to_limit
FROM quality_units u
CROSS JOIN run
LEFT JOIN files f ON f.feed = u.feed AND f.unit = u.unit
LEFT JOIN compared t
    ON t.feed = u.feed
    AND t.delivered_on = u.delivered_on
    AND t.scope = CASE WHEN u.county_code IS NULL THEN '|' ELSE u.unit END
LEFT JOIN held_scopes h
    ON h.feed = u.feed
    AND h.county_code = u.county_code
    AND h.department IS NOT DISTINCT FROM u.part
    AND h.delivered_on = u.delivered_on
LEFT JOIN limits l ON l.feed = u.feed AND l.county_code = u.county_code
LEFT JOIN widest w ON w.feed = u.feed AND u.county_code IS NULL
