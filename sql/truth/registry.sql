-- One row per person of the registry: the truth on the run date, on which every employment rule rests.
-- A person who stands in two counties counts where the row was delivered last.
WITH current_rows AS (
    SELECT s.*, n.county_code
    FROM staged_registry s
    JOIN registry_scopes n
        ON n.county_code = substr(s.village_code, 1, 6) AND n.delivered_on = s.delivered_on
    WHERE NOT s.superseded
),
last_delivered AS (
    SELECT person, max(ord) AS ord FROM current_rows GROUP BY person
)
SELECT
    c.person, c.name_key, c.born_on, c.county_code, c.village_code, c.household_no, c.household_type,
    c.monitor_category, c.risk_cleared, c.low_income, c.labour, c.student, c.willing, c.relocated,
    c.site_code, c.skill, c.wanted_trade, c.wanted_place, c.contact_key, c.delivered_on, c.ord
FROM current_rows c
SEMI JOIN last_delivered l ON l.person = c.person AND l.ord = c.ord
