-- One row per quarantined row: whom it names, by ID number, or by name where its ID number can't be read.
-- Our own quarantine must never turn into an accusation: absence is not judged for whoever stands here.
SELECT
    feed,
    person,
    CASE WHEN person IS NULL THEN name_key END AS name_key,
    delivered_on
FROM staged_quarantine
WHERE person IS NOT NULL OR name_key IS NOT NULL
