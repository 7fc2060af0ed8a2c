-- One row per payment for a month in which its person was not on that post, where that can be judged.
-- 不在岗领取补贴: clause 二、（七）; a ledger row under another name is an identity conflict, not an accusation.
SELECT
    s.person AS key_person,
    s.month AS key_rest,
    s.person,
    s.county_code,
    4 AS level,
    s.in_window,
    s.period,
    CAST(s.paid_on AS VARCHAR) || '发放了' || s.month || '月份岗位补贴' || rtrim(rtrim(CAST(s.amount AS VARCHAR), '0'), '.')
        || '元，但台账中没有本人该月在该岗位上岗的记录；请岗位开发主管部门核对台账和发放名单，漏登的补登，错发的按规定追回。' AS reason,
    'subsidies' AS subject_feed,
    s.ord AS subject_ord
FROM payments s
SEMI JOIN posts_counties c ON c.county_code = s.county_code
ANTI JOIN posts h
    ON h.person = s.person AND h.name_key = s.name_key AND h.post_no = s.post_no
    AND h.on_post_from <= s.last_day AND (h.off_post_on IS NULL OR h.off_post_on >= s.first_day)
ANTI JOIN posts_latest o ON o.person = s.person AND o.post_no = s.post_no AND o.name_key <> s.name_key
ANTI JOIN posts_doubts d ON d.county_code = s.county_code AND d.person = s.person
ANTI JOIN posts_doubts n ON n.county_code = s.county_code AND n.name_key = s.name_key
