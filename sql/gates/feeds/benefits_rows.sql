-- One row per delivery date, file and kind of 《社会保险待遇发放》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_benefits
    WHERE NOT superseded
    GROUP BY delivered_on, person, kind, period
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
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN kind NOT IN ('失业保险金', '职工养老金', '居民养老金') THEN 1 END) AS kind_unknown,
    count(CASE WHEN period IS NULL THEN 1 END) AS period_missing,
    count(CASE WHEN amount IS NULL THEN 1 END) AS amount_missing,
    count(CASE WHEN amount < 0 THEN 1 END) AS amount_negative,
    count(CASE WHEN paid_on IS NULL THEN 1 END) AS paid_on_missing,
    count(last_ord) AS keys_repeated
FROM measured_benefits
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
