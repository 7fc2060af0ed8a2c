-- One row per county with an extract and rule of which enough was checked to say how often it was right: the county's
-- own share where it checked enough, else the province's.
WITH telling AS (
    SELECT rule, scope, county_code, checked, share_upheld, is_seldom_upheld
    FROM recent_checks
    WHERE share_upheld IS NOT NULL
)
SELECT
    e.county_code,
    p.rule,
    coalesce(c.scope, p.scope) AS scope,
    coalesce(c.checked, p.checked) AS checked,
    coalesce(c.share_upheld, p.share_upheld) AS share_upheld,
    coalesce(c.is_seldom_upheld, p.is_seldom_upheld) AS is_seldom_upheld
FROM extract_counties e
CROSS JOIN telling p
LEFT JOIN telling c ON c.scope = 'county' AND c.county_code = e.county_code AND c.rule = p.rule
WHERE p.scope = 'province'
