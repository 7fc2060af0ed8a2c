-- One row per delivery date of a snapshot of which anything is held: which counties and departments, in words. What the
-- same files state of others counts.
WITH numbered AS (
    SELECT
        h.feed, h.delivered_on, coalesce(c.county, h.county_code) || coalesce(h.department, '') AS part,
        row_number() OVER (PARTITION BY h.feed, h.delivered_on ORDER BY h.county_code, h.department) AS place
    FROM held_scopes h
    LEFT JOIN reference_counties c ON c.county_code = h.county_code
)
SELECT
    feed,
    delivered_on,
    string_agg(part, '、' ORDER BY place) FILTER (WHERE place <= 5)
        || CASE WHEN max(place) > 5 THEN '等' || CAST(max(place) AS VARCHAR) || '个' ELSE '' END AS parts
FROM numbered
GROUP BY feed, delivered_on
