-- One row per suite, expectation and thing judged on the date: a county, a department's ledger, a file, a rule, a feed or
-- a whole table. Suites are the files of expectations/.
SELECT
    q.run_date, -- the date
    q.suite, -- feeds/<feed>: its newest delivery; tables/<table>: what is published here
    q.expectation, -- what was measured
    q.description, -- what is expected, in Chinese
    q.county_code, -- county, NULL where it is not about one
    q.part, -- department, number of the file, rule or feed within it
    q.delivered_on, -- delivery date of what was judged
    q.severity, -- critical: must be held, else nothing is published; warning: reported; info: recorded
    q.least, -- smallest number that passes, NULL for none
    q.most, -- largest number that passes, NULL for none
    q.observed, -- number measured, NULL for none
    q.verdict -- pass, fail, or cannot_judge where there is no number
FROM quality_results q
