-- One row per ID number outside the registry and name that the ledgers give it.
SELECT DISTINCT p.person, p.name_key
FROM posts_latest p
ANTI JOIN registry r ON r.person = p.person
