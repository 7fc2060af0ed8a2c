-- One row per ID number and name it is known by: the registry's, else those that the ledgers give it.
SELECT person, name_key FROM registry
UNION ALL
SELECT person, name_key FROM names_of_holders
