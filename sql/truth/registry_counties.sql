-- One row per county in which a row of the registry in truth lies: only there can somebody be missing from it.
SELECT DISTINCT county_code FROM registry
