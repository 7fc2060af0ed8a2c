-- One row per ledger row whose person is on a welfare post on the date, by pseudonym; identity conflicts are left out.
SELECT
    h.person, -- pseudonym
    regexp_replace(h.post_no, '[0-9][0-9[:space:]]{14,}[0-9Xx]*|[0-9]{6}-[0-9]{8}-[0-9]{3}[0-9Xx]|[一-鿿]{2,}', '***', 'g') AS post_no, -- 岗位编号; long runs of digits, and Chinese words, are masked
    h.county_code, -- county of the ledger's village
    substr(h.village_code, 1, 9) AS township_code, -- township, nine digits
    h.village_code, -- village, twelve digits
    h.department, -- 开发主管部门
    h.funding, -- 资金来源
    h.age, -- full years on the date
    h.on_post_from, -- 上岗日期
    h.off_post_on, -- 退岗日期, the last day on the post; NULL or 9999-12-31: open
    h.contract_from, -- 协议开始日期
    h.contract_to, -- 协议结束日期; 9999-12-31: open
    h.accident_insured_to, -- 意外险到期日
    h.monthly_standard, -- 月补贴标准, yuan
    h.delivered_on, -- delivery date of the row
    CAST(h.ord // 1000000000 % 10000 AS INTEGER) AS file, -- number of the file in the account of feed and date
    h.ord % 1000000000 AS row_number -- row in that file, as a spreadsheet shows it
FROM post_holders h
