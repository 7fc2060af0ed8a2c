-- One row per warning and delivered row that made its rule hold on the latest run date on which it did.
SELECT
    w.warning_id, -- see warnings
    e.feed, -- feed of the row
    CAST(e.ord // 10000000000000 AS INTEGER) + DATE '1970-01-01' AS delivered_on, -- delivery date
    CAST(e.ord // 1000000000 % 10000 AS INTEGER) AS file, -- number of the file in the account of feed and date
    e.ord % 1000000000 AS row_number -- row in that file, as a spreadsheet shows it
FROM warnings w
JOIN all_evidence e ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.run_date = w.last_held_on
