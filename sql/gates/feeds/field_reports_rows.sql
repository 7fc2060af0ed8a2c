-- One row per delivery date, file and kind of 《基层走访上报》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_field_reports
    WHERE NOT superseded
    GROUP BY delivered_on, report_no
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    kind AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN report_no IS NULL THEN 1 END) AS report_no_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN reported_on IS NULL THEN 1 END) AS reported_on_missing,
    count(CASE WHEN kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN kind NOT IN ('失业', '返乡', '空岗', '顶岗', '其他') THEN 1 END) AS kind_unknown,
    count(last_ord) AS keys_repeated
FROM measured_field_reports
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
