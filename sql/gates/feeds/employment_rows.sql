-- One row per delivery date, file and channel of 《务工就业信息》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_employment
    WHERE NOT superseded
    GROUP BY delivered_on, record_no
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    channel AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN record_no IS NULL THEN 1 END) AS record_no_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN channel IS NULL THEN 1 END) AS channel_missing,
    count(CASE WHEN channel NOT IN ('单位就业', '灵活就业', '帮扶车间', '自主创业', '以工代赈') THEN 1 END) AS channel_unknown,
    count(CASE WHEN work_region IS NULL THEN 1 END) AS work_region_missing,
    count(CASE WHEN length(work_region) <> 6 THEN 1 END) AS work_region_misshapen,
    count(CASE WHEN started_on IS NULL THEN 1 END) AS started_on_missing,
    count(CASE WHEN monthly_wage < 0 THEN 1 END) AS monthly_wage_negative,
    count(CASE WHEN updated_on IS NULL THEN 1 END) AS updated_on_missing,
    count(CASE WHEN ended_on < started_on THEN 1 END) AS ended_on_before_started_on,
    count(last_ord) AS keys_repeated
FROM measured_employment
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
