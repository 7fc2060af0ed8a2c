-- One row per warning that is followed up, of which something was found since it last held, or beside it, that changes
-- what is to be done: nobody calls on the dead.
WITH live AS (
    SELECT w.*, u.rule IS NOT NULL AS is_kept
    FROM warnings w
    LEFT JOIN kept_open u ON u.rule = w.rule AND u.county_code = w.county_code
    WHERE w.is_standing
),
named AS (
    SELECT DISTINCT w.warning_id, w.rule, w.person, e.name_key
    FROM live w
    JOIN warning_evidence e ON e.warning_id = w.warning_id AND e.person = w.person
),
dead_holders AS ( -- of those outside the registry, too: each name under an ID number for itself
    SELECT DISTINCT person, name_key FROM named WHERE rule = 'post_holder_deceased'
),
of_dead_holders AS (
    SELECT DISTINCT n.warning_id FROM named n JOIN dead_holders d ON d.person = n.person AND d.name_key = n.name_key
),
found_alive AS (
    SELECT DISTINCT person
    FROM warnings
    WHERE rule IN ('post_holder_deceased', 'subsidy_after_death') AND status = 'dismissed'
),
families AS ( -- how a household stands that can't be judged
    SELECT
        w.warning_id,
        count(*) FILTER (WHERE s.state IN ('on_post', 'employed')) AS at_work,
        count(*) FILTER (WHERE s.state NOT IN ('deceased', 'outside_labour')) AS able
    FROM live w
    LEFT JOIN people p ON p.county_code = w.county_code AND p.household_no = w.household_no
    LEFT JOIN states s ON s.person = p.person
    WHERE w.rule = 'no_worker_household' AND w.is_kept
    GROUP BY w.warning_id
),
unused_insurance AS (
    SELECT max(delivered_on) AS delivered_on
    FROM deliveries
    WHERE feed = 'insurance' AND status IN ('held', 'rejected')
),
weighed AS (
    SELECT
        w.*,
        w.rule NOT IN ('post_holder_deceased', 'subsidy_after_death')
            AND (coalesce(p.is_dead, FALSE) OR d.warning_id IS NOT NULL) AS is_dead,
        a.person IS NOT NULL AS is_found_alive,
        -- The county of other rules is that of a post or a payment, wherever the person is registered.
        w.is_kept AND r.family = 'Employment' AND w.person IS NOT NULL AS is_of_registry,
        -- Rules about who is not at work; others rest on it.
        w.is_kept
            AND w.rule IN ('job_lost', 'job_loss_suspected', 'employment_unverified', 'benefit_unclaimed') AS is_of_jobless,
        p.person IS NULL AS is_gone,
        p.county_code <> w.county_code AS is_moved,
        coalesce(c.county, p.county_code) AS county,
        NOT p.is_willing AND w.rule IN ('job_lost', 'benefit_unclaimed') AS is_unwilling,
        s.state,
        -- That a doubt about a record has run out is no news.
        s.state = 'on_post'
            OR s.is_covered
            OR (s.state = 'employed' AND w.rule <> 'job_loss_suspected') AS is_at_work,
        f.at_work,
        f.able,
        CASE WHEN w.rule = 'job_lost' AND s.cause = 'insurance_lapsed' AND i.delivered_on >= s.since
            THEN i.delivered_on END AS unused_on
    FROM live w
    CROSS JOIN unused_insurance i
    LEFT JOIN reference_rules r ON r.rule = w.rule
    LEFT JOIN people p ON p.person = w.person
    LEFT JOIN states s ON s.person = w.person
    LEFT JOIN families f ON f.warning_id = w.warning_id
    LEFT JOIN of_dead_holders d ON d.warning_id = w.warning_id
    LEFT JOIN found_alive a ON a.person = w.person
    LEFT JOIN reference_counties c ON c.county_code = p.county_code
),
said AS (
    SELECT
        warning_id,
        CASE
            WHEN is_dead AND is_found_alive
                THEN '（死亡信息记载本人已去世，而此前核查为不属实：请督促提供部门更正死亡信息。）'
            WHEN is_dead
                THEN '（死亡信息记载本人已去世：请先核实死亡信息，不必再联系本人。）'
            ELSE
                CASE
                    WHEN is_of_registry AND is_gone THEN '（已采用的最新名册中没有本人，请先核实。）'
                    WHEN is_of_registry AND is_moved THEN '（名册显示本人已转到' || county || '，请与该县衔接。）'
                    ELSE ''
                END
                || CASE
                    WHEN is_of_jobless AND is_at_work THEN '（最新数据显示本人已在岗或已就业，请核实后反馈。）'
                    WHEN is_of_jobless AND state = 'outside_labour'
                        THEN '（最新数据显示本人在校、丧失劳动力、领取养老金或不在劳动年龄，请先核实。）'
                    WHEN is_of_jobless AND is_unwilling THEN '（最新名册记载本人没有就业意愿，请先核实。）'
                    WHEN at_work > 0 THEN '（最新数据显示户内已有成员在岗或已就业，请核实后反馈。）'
                    WHEN able = 0
                        THEN '（已采用的最新数据中户内已没有可以就业的成员，请先核实是否已去世、转出或不在劳动力范围。）'
                    WHEN unused_on IS NOT NULL
                        THEN '（' || CAST(unused_on AS VARCHAR)
                            || '送达的参保缴费文件有的没有采用，其中可能有本人此后的缴费，请先核对参保情况。）'
                    ELSE ''
                END
        END AS found
    FROM weighed
)
SELECT warning_id, found FROM said WHERE found <> ''
