"""How warnings are held against the truth."""

import importlib.util
import sys
from datetime import date, timedelta

import polars as pl

from pipelines.settings import CHECKOUT

spec = importlib.util.spec_from_file_location("detection", CHECKOUT / "benchmarks" / "detection.py")
detection = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = detection
spec.loader.exec_module(detection)

FIRST = date(2025, 6, 3)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def test_facts_found_warnings_right_and_days_of_delay():
    true = pl.DataFrame(
        [("a", day(-9), day(99)), ("b", day(1), day(99)), ("c", day(2), day(3)), ("d", day(4), day(99))],
        schema=["key", "since", "until"],
        orient="row",
    )
    raised = pl.DataFrame(
        [("a", day(0)), ("b", day(4)), ("c", day(6)), ("x", day(1))], schema=["key", "opened_on"], orient="row"
    )
    found = detection._exact(true, raised, FIRST)
    # d is missed, x never was, c was over when it was said; b took three days and c four.
    assert found == detection.Found(true=4, found=3, raised=4, right=2, delay=3.5)


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
