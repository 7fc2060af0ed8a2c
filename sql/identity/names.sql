-- One row per ID number and name it is known by: the registry's, else those that the ledgers give it.
SELECT person, name_key FROM registry
UNION ALL
SELECT DISTINCT p.person, p.name_key
FROM posts_latest p
ANTI JOIN registry r ON r.person = p.person
