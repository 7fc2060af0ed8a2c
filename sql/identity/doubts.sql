-- One row per quarantined row, or row of a held delivery: whom it names, by ID number, or by name where the ID number
-- can't be read. Our own quarantine must never turn into an accusation: absence is not judged for whoever stands here.
SELECT
    feed,
    person,
    CASE WHEN person IS NULL THEN name_key END AS name_key,
    delivered_on
FROM staged_quarantine
WHERE person IS NOT NULL OR name_key IS NOT NULL
UNION ALL
SELECT feed, person, CAST(NULL AS BIGINT) AS name_key, delivered_on
FROM held_rows
