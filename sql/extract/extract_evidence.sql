-- One row per standing warning: the delivered rows it rests on, in words. At most six are named; the rest is a number.
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY warning_id ORDER BY feed, ord) AS place,
        count(*) OVER (PARTITION BY warning_id) AS rows_in_all
    FROM extract_rows
),
files AS (
    SELECT
        county_code, warning_id, rows_in_all, feed, delivered_on, file, min(place) AS place,
        string_agg(CAST(row_number AS VARCHAR), '、' ORDER BY place) AS row_numbers
    FROM numbered
    WHERE place <= 6
    GROUP BY county_code, warning_id, rows_in_all, feed, delivered_on, file
)
SELECT
    f.county_code,
    f.warning_id,
    string_agg(
        n.chinese || '，' || CAST(f.delivered_on AS VARCHAR) || '送达，第' || CAST(f.file AS VARCHAR) || '个文件第'
            || f.row_numbers || '行',
        '；' ORDER BY f.place
    ) || CASE WHEN f.rows_in_all > 6 THEN '，等' || CAST(f.rows_in_all AS VARCHAR) || '行' ELSE '' END AS evidence
FROM files f
JOIN feed_names n ON n.feed = f.feed
GROUP BY f.county_code, f.warning_id, f.rows_in_all
