-- One row per delivery date, file and kind of 《就业帮扶补贴发放》: its staged rows, and what of them is not as the feed is
-- declared.
WITH repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_allowances
    WHERE NOT superseded
    GROUP BY delivered_on, payment_no
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
    count(CASE WHEN payment_no IS NULL THEN 1 END) AS payment_no_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN kind IS NULL THEN 1 END) AS kind_missing,
    count(CASE WHEN kind NOT IN ('以工代训补贴', '培训生活费补助', '跨省交通补助') THEN 1 END) AS kind_unknown,
    count(CASE WHEN county_code IS NULL THEN 1 END) AS county_code_missing,
    count(CASE WHEN length(county_code) <> 6 THEN 1 END) AS county_code_misshapen,
    count(CASE WHEN period IS NULL THEN 1 END) AS period_missing,
    count(CASE WHEN days < 0 THEN 1 END) AS days_negative,
    count(CASE WHEN amount IS NULL THEN 1 END) AS amount_missing,
    count(CASE WHEN amount < 0 THEN 1 END) AS amount_negative,
    count(CASE WHEN paid_on IS NULL THEN 1 END) AS paid_on_missing,
    count(CASE WHEN status NOT IN ('成功', '退回', '已追回') THEN 1 END) AS status_unknown,
    count(last_ord) AS keys_repeated
FROM measured_allowances
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
