-- One row per rule and county: whether the rule was judged there on the run date, and why not, in words. A rule about
-- money that could be judged for some months only is judged, and says for which it was not.
WITH dated AS (
    SELECT
        o.*,
        CASE
            WHEN a.month IS NULL THEN ''
            WHEN a.month = b.month THEN a.month || '所属月份'
            ELSE a.month || '至' || b.month || '所属月份'
        END AS span
    FROM obstacles o
    LEFT JOIN months a ON a.period = o.first_period
    LEFT JOIN months b ON b.period = o.last_period
),
in_words AS (
    SELECT
        rule, county_code, obstacle, thing, partly,
        CASE obstacle
            WHEN 'feed_stopped' THEN
                '《' || title || '》已停止报送，最近一次是' || CAST(delivered_on AS VARCHAR) || '，超过时限'
            WHEN 'feed_never_came' THEN '《' || title || '》从未报送'
            WHEN 'no_value' THEN span || '参数“' || title || '”没有数值'
            ELSE span || '没有有效的政策依据'
        END AS words
    FROM dated
),
reasons AS (
    SELECT
        rule, county_code,
        bool_and(partly) AS only_partly,
        string_agg(words, '；' ORDER BY obstacle, thing) AS why
    FROM in_words
    GROUP BY rule, county_code
)
SELECT r.rule, c.county_code, coalesce(w.only_partly, TRUE) AS is_judged, w.why
FROM reference_rules r
CROSS JOIN counties c
LEFT JOIN reasons w ON w.rule = r.rule AND w.county_code = c.county_code
