-- One row per person of the registry: the truth on the run date, on which every employment rule rests.
-- A person who stands in two counties counts where the row was delivered last.
WITH current_keys AS (
    SELECT s.person, s.delivered_on, s.ord
    FROM staged_registry s
    JOIN registry_scopes n
        ON n.county_code = substr(s.village_code, 1, 6) AND n.delivered_on = s.delivered_on
    WHERE NOT s.superseded
),
later AS (
    SELECT person, max(ord) AS ord
    FROM current_keys
    WHERE delivered_on > (SELECT min(delivered_on) FROM registry_scopes)
    GROUP BY person
)
SELECT
    s.person, s.name_key, s.born_on, n.county_code, s.village_code, s.household_no, s.household_type,
    s.monitor_category, s.risk_cleared, s.low_income, s.labour, s.student, s.willing, s.relocated,
    s.site_code, s.skill, s.wanted_trade, s.wanted_place, s.contact_key, s.delivered_on, s.ord
FROM staged_registry s
JOIN registry_scopes n
    ON n.county_code = substr(s.village_code, 1, 6) AND n.delivered_on = s.delivered_on
ANTI JOIN later l ON l.person = s.person AND l.ord > s.ord
WHERE NOT s.superseded
