-- One row per delivered row that is evidence of a warning that is followed up and says a name that the registry
-- may not know: of whom, under which name, with which employer.
WITH cited AS (
    SELECT DISTINCT e.feed, e.ord
    FROM warnings w
    JOIN all_evidence e ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.run_date = w.last_held_on
    WHERE w.status IN ('open', 'confirmed', 'served') AND e.feed IN ('posts', 'subsidies', 'allowances', 'insurance')
)
SELECT 'posts' AS feed, s.ord, s.person, s.name_key, s.employer_name_key
FROM staged_posts s
JOIN cited c ON c.ord = s.ord AND c.feed = 'posts'
UNION ALL
SELECT 'subsidies', s.ord, s.person, s.name_key, NULL
FROM staged_subsidies s
JOIN cited c ON c.ord = s.ord AND c.feed = 'subsidies'
UNION ALL
SELECT 'allowances', s.ord, s.person, s.name_key, NULL
FROM staged_allowances s
JOIN cited c ON c.ord = s.ord AND c.feed = 'allowances'
UNION ALL
SELECT 'insurance', s.ord, s.person, s.name_key, s.employer_name_key
FROM staged_insurance s
JOIN cited c ON c.ord = s.ord AND c.feed = 'insurance'
