-- One row per registry person without work by their state, of whom that is not said: a row about their work is in
-- quarantine, held, or under another name, or a feed that would know of it never came to the county or has stopped.
-- Our own quarantine must not end anybody's work in a system of record.
WITH doubted AS (
    SELECT person, name_key FROM doubts WHERE feed IN ('employment', 'insurance')
    UNION
    SELECT person, name_key FROM posts_doubts
    UNION
    SELECT person, CAST(NULL AS BIGINT) FROM conflicts WHERE feed IN ('employment', 'insurance', 'posts')
),
unheard AS (
    SELECT DISTINCT county_code
    FROM obstacles
    WHERE rule = 'job_lost'
        AND (obstacle = 'feed_stopped' OR (obstacle = 'feed_never_came' AND thing = 'employment'))
)
SELECT DISTINCT c.person
FROM states_concluded c
JOIN states s ON s.person = c.person AND s.state = c.state
JOIN people p ON p.person = c.person
LEFT JOIN doubted d ON d.person = p.person
LEFT JOIN doubted n ON n.name_key = p.name_key
LEFT JOIN unheard u ON u.county_code = p.county_code
WHERE s.state IN ('unemployed', 'never_employed')
    AND (d.person IS NOT NULL OR n.name_key IS NOT NULL OR u.county_code IS NOT NULL)
