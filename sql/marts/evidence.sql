-- One row per warning and delivered row that made its rule hold on the latest run date on which it did.
SELECT
    e.warning_id, -- see warnings
    e.feed, -- feed of the row
    e.delivered_on, -- delivery date
    e.file, -- number of the file in the account of feed and date; NULL where the file was replaced since
    e.row_number -- row in that file, as a spreadsheet shows it
FROM warning_evidence e
