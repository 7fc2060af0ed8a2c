-- One row per working record and insurance row that contradicts it: the same employer stopped paying for its person
-- after the work began, and said so after the record was last updated.
SELECT w.person, c.first_day AS stopped_on, w.ord AS record_ord, r.ord AS insurance_ord
FROM working_records w
JOIN cover c ON c.person = w.person AND c.name_key = w.name_key
JOIN cover_rows r
    ON r.person = c.person AND r.name_key = c.name_key AND r.employer_no_key = c.employer_no_key
WHERE c.is_stopped
    AND c.first_day > w.started_on
    AND r.employer_code = w.employer_code
    AND r.delivered_on > w.updated_on
