"""How warnings are held against the truth."""

from datetime import date, timedelta

import polars as pl

from benchmarks import detection

FIRST = date(2025, 6, 3)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def test_facts_found_warnings_right_and_days_of_delay():
    true = pl.DataFrame(
        [
            ("a", day(-9), day(99)),
            ("b", day(1), day(99)),
            ("c", day(2), day(3)),
            ("d", day(4), day(99)),
            ("e", day(4), day(5)),
        ],
        schema=["key", "since", "until"],
        orient="row",
    )
    raised = pl.DataFrame(
        [("a", day(0)), ("b", day(4)), ("c", day(6)), ("x", day(1))], schema=["key", "opened_on"], orient="row"
    )
    found = detection._exact(true, raised, [day(0), day(3), day(6)])
    # d is missed, x never was, c was over when it was said, e on no run date; b took three days and c four.
    assert found == detection.Found(true=4, found=3, raised=4, right=2, delay=3.5)


def test_a_warning_that_stood_before_the_fact_counts_as_found_and_not_in_the_delay():
    true = pl.DataFrame(
        [("a", day(5), day(99)), ("b", day(2), day(99))], schema=["key", "since", "until"], orient="row"
    )
    stood = [("a", day(1)), ("b", day(0))]
    raised = pl.DataFrame(stood, schema=["key", "opened_on"], orient="row")
    run_dates = [day(0), day(3), day(6)]
    found = detection._exact(true, raised, run_dates)
    assert found == detection.Found(true=2, found=2, raised=2, right=0, delay=None)
    # b's was closed, and another opened after the fact.
    raised = pl.DataFrame([*stood, ("b", day(6))], schema=["key", "opened_on"], orient="row")
    found = detection._exact(true, raised, run_dates)
    assert found == detection.Found(true=2, found=2, raised=3, right=1, delay=4)


def test_what_a_rule_no_longer_looks_for_is_not_missed():
    wrongs = pl.DataFrame(
        [
            ("subsidy_unpaid", "1|2025-01", day(-90), None),
            ("subsidy_over_cap", "1|2025-01", day(-90), day(5)),
            ("post_student", "1|GW1", day(-90), None),
        ],
        schema={"rule": pl.String, "key": pl.String, "since": pl.Date, "until": pl.Date},
        orient="row",
    )
    assert detection._looked_for(wrongs)["until"].to_list() == [date(2025, 4, 30), day(5), date(9999, 12, 31)]


def test_losses_are_found_by_each_rule_by_any_and_those_early_enough_apart():
    born, never = date(1980, 1, 1), date(9999, 12, 31)
    truth = {
        "people": pl.DataFrame(
            [(name, "340000", name, born, FIRST) for name in "abcde"],
            schema=["id_number", "county_code", "household_no", "born_on", "registered_on"],
            orient="row",
        ),
        # a, b and d have lost their work; c is at work all the time; e was out of it for ten days.
        "spells": pl.DataFrame(
            [("a", day(-90), day(1)), ("b", day(-90), day(20)), ("c", day(-90), never), ("d", day(-90), day(3))],
            schema=["id_number", "started_on", "ended_on"],
            orient="row",
        ),
        "losses": pl.DataFrame(
            [
                ("a", day(2), None, True),
                ("b", day(21), None, True),
                ("d", day(4), None, True),
                ("e", day(5), day(15), True),
            ],
            schema={"id_number": pl.String, "lost_on": pl.Date, "back_on": pl.Date, "willing": pl.Boolean},
            orient="row",
        ),
    }
    raised = pl.DataFrame(
        [("job_lost", "a", day(6)), ("job_loss_suspected", "a", day(8)), ("job_lost", "c", day(6))],
        schema=["rule", "key", "opened_on"],
        orient="row",
    )
    found = detection._out_of_work(truth, raised, FIRST, day(30))
    assert found["job_lost"] == detection.Found(true=3, found=1, raised=2, right=1, delay=4)
    assert found["job_loss_suspected"] == detection.Found(true=3, found=1, raised=1, right=1, delay=6)
    assert found[detection.ANY] == detection.Found(true=3, found=1, raised=3, right=2, delay=4)
    assert found[detection.ANY_EARLY] == detection.Found(true=2, found=1, raised=None, right=None, delay=4)
