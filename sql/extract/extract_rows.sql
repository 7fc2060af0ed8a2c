-- One row per standing warning and delivered row that made its rule hold on the latest run date on which it did.
SELECT
    w.county_code,
    w.warning_id,
    w.person,
    w.key_employer,
    e.feed,
    e.ord,
    CAST(e.ord // 10000000000000 AS INTEGER) + DATE '1970-01-01' AS delivered_on,
    CAST(e.ord // 1000000000 % 10000 AS INTEGER) AS file,
    e.ord % 1000000000 AS row_number
FROM extract_live w
JOIN all_evidence e ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.run_date = w.last_held_on
