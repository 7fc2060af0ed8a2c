-- One row per county in which a ledger row in truth lies: only there can somebody be missing from the ledgers.
SELECT DISTINCT county_code FROM posts_latest
