-- One row per delivery date, file and state of 《社会保险参保缴费》: its staged rows, and what of them is not as the feed is
-- declared.
WITH alike AS ( -- keys seldom come again: of all these rows, which may is sooner known by their hashes
    SELECT hash(delivered_on, person, scheme, employer_no_key, period) AS key_hash
    FROM measured_insurance
    WHERE NOT superseded
    GROUP BY hash(delivered_on, person, scheme, employer_no_key, period)
    HAVING count(*) > 1
),
repeated AS (
    SELECT max(ord) AS last_ord
    FROM measured_insurance
    SEMI JOIN alike ON key_hash = hash(delivered_on, person, scheme, employer_no_key, period)
    WHERE NOT superseded
    GROUP BY delivered_on, person, scheme, employer_no_key, period
    HAVING count(*) > 1
)
SELECT
    delivered_on,
    CAST(NULL AS VARCHAR) AS county_code,
    CAST(ord // 1000000000 % 10000 AS VARCHAR) AS part,
    CAST(ord // 1000000000 % 10000 AS INTEGER) AS file,
    CAST(NULL AS VARCHAR) AS township_code,
    state AS code,
    superseded,
    count(*) AS rows,
    count(CASE WHEN person IS NULL THEN 1 END) AS id_number_missing,
    count(CASE WHEN name_key IS NULL THEN 1 END) AS name_missing,
    count(CASE WHEN scheme IS NULL THEN 1 END) AS scheme_missing,
    count(CASE WHEN scheme NOT IN ('企业养老', '机关养老', '失业保险', '工伤保险', '居民养老', '医疗保险') THEN 1 END) AS scheme_unknown,
    count(CASE WHEN payer IS NULL THEN 1 END) AS payer_missing,
    count(CASE WHEN payer NOT IN ('单位职工', '个体缴费') THEN 1 END) AS payer_unknown,
    count(CASE WHEN period IS NULL THEN 1 END) AS period_missing,
    count(CASE WHEN payment NOT IN ('正常缴费', '补缴', '欠费') THEN 1 END) AS payment_unknown,
    count(CASE WHEN state IS NULL THEN 1 END) AS state_missing,
    count(CASE WHEN state NOT IN ('参保缴费', '暂停缴费', '终止缴费') THEN 1 END) AS state_unknown,
    count(last_ord) AS keys_repeated
FROM measured_insurance
LEFT JOIN repeated ON last_ord = ord
GROUP BY ALL
