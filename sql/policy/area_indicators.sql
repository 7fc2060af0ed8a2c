-- One row per area: 就业规模 now, against the last run date of the month before, and against that of the base year.
-- A county's own base_scale stands before what was run in that year; without either nothing is said of the base year.
WITH counted AS (
    SELECT
        p.county_code,
        p.kind,
        p.area,
        k.base_year,
        CAST(sum(CASE WHEN p.compared = 'run' AND p.state NOT IN ('deceased', 'outside_labour') THEN p.persons ELSE 0 END)
            AS BIGINT) AS labour_force,
        CAST(sum(CASE WHEN p.compared = 'run' AND p.state IN ('employed', 'on_post') THEN p.persons ELSE 0 END)
            AS BIGINT) AS employed,
        CAST(sum(CASE WHEN p.compared = 'run' AND p.state = 'on_post' THEN p.persons ELSE 0 END) AS BIGINT) AS on_post,
        CAST(sum(CASE WHEN p.compared = 'run' AND p.state IN ('unemployed', 'never_employed') THEN p.persons ELSE 0 END)
            AS BIGINT) AS without_work,
        CAST(sum(CASE WHEN p.compared = 'month' THEN CASE WHEN p.state IN ('employed', 'on_post') THEN p.persons ELSE 0 END
            END) AS BIGINT) AS employed_month,
        CAST(sum(CASE WHEN p.compared = 'base' AND p.base_year = k.base_year THEN
            CASE WHEN p.state IN ('employed', 'on_post') THEN p.persons ELSE 0 END END) AS BIGINT) AS employed_base,
        max(CASE WHEN p.kind = '县' THEN k.base_scale END) AS base_scale,
        max(k.hold_share) AS hold_share,
        max(k.township_drop_share) AS drop_share,
        max(k.township_drop_persons) AS drop_persons
    FROM area_people p
    JOIN policy_parameters k ON k.county_code = p.county_code
    GROUP BY p.county_code, p.kind, p.area, k.base_year
),
based AS (
    SELECT *, coalesce(base_scale, employed_base) AS base FROM counted
)
SELECT
    county_code,
    kind,
    area,
    labour_force,
    employed,
    on_post,
    without_work,
    employed_month,
    CASE WHEN kind = '乡镇' THEN
        employed_month - employed >= drop_persons AND employed_month - employed >= employed_month * drop_share
    END AS has_dropped,
    drop_share,
    drop_persons,
    CASE WHEN base IS NOT NULL THEN base_year END AS base_year,
    base AS employed_base,
    CASE WHEN kind = '县' THEN employed >= base * hold_share END AS is_held
FROM based
