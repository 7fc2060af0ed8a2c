-- One row per delivered file dated on or before the date: read = accepted + quarantined + superseded.
SELECT
    d.feed, -- feed
    d.delivered_on, -- delivery date
    d.file, -- number of the file among those of feed and date
    d.status, -- read, rejected, or held by a gate
    d.read, -- rows read
    d.accepted, -- rows without fault
    d.quarantined, -- rows that break a check
    d.superseded -- rows of which a later one with the same key came in the same delivery
FROM deliveries d
