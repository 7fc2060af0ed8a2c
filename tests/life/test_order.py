"""However the days are run, and however often, the same warnings come out; what arrives late is taken up."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import RUN_DATES, Story, read_stories, table
from worlds.references import write_reference
from worlds.world import Place, deliver

from pipelines.exports import warnings
from pipelines.settings import FanpinError, Settings
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings, keep_episodes
from pipelines.warehouse.kept import kept_select

HERE = Path(__file__).parent
DAYS = RUN_DATES[:4]
TOLD = ("opening_and_ending.toml", "stopped_feeds.toml")


def run(installation: Settings, days: list[date], keep: bool = True) -> None:
    """What `fanpin run` does for each of the days; of publishing only that the lives of warnings are kept."""
    for day in days:
        stage(installation, day)
        reconcile(installation, day)
        if keep:
            with Engine(installation.home / "scratch") as engine:
                derive_warnings(engine, installation, day)
                keep_episodes(engine, installation, day)


def settle(home: Path, stories: list[Story]) -> tuple[Settings, list[Place]]:
    """A home with the deliveries of the stories, in which nothing was run."""
    installation = Settings(home, home / "reference", b"a key for tests")
    for number, story in enumerate(stories):
        story.case.number = number
    places = [Place(story.case) for story in stories]
    deliver(installation, places, DAYS[0])
    write_reference(installation.reference, "", DAYS[0], [(place.case, place.counties) for place in places])
    return installation, places


@pytest.fixture(scope="module")
def in_order(tmp_path_factory) -> tuple[Settings, list[pl.DataFrame]]:
    """An installation run once, day after day, and its warnings on each day, each worked out from the first day on."""
    home = tmp_path_factory.mktemp("in_order")
    installation, _ = settle(home, read_stories(HERE / name for name in TOLD))
    run(installation, DAYS, keep=False)
    return installation, table(installation, DAYS)


@settings(max_examples=3, derandomize=True, deadline=None)
@given(order=st.permutations(DAYS), again=st.lists(st.sampled_from(DAYS), max_size=2))
def test_any_order_ends_in_the_same_warnings(in_order, tmp_path_factory, order, again) -> None:
    installation, expected = in_order
    home = tmp_path_factory.mktemp("any_order")
    shutil.copytree(installation.landing, home / "landing")
    other = Settings(home, installation.reference, installation.key)
    run(other, [*order, *again])
    for found, wanted in zip(table(other, DAYS), expected, strict=True):
        assert found.equals(wanted)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_warning_cites_what_made_it_hold_when_it_last_did(in_order, day) -> None:
    installation, _ = in_order
    with Engine(installation.home / "scratch") as engine:
        derive_warnings(engine, installation, day)
        parts = [f"SELECT *, DATE '{d}' AS day FROM ({kept_select(installation, d, 'evidence')})" for d in DAYS]
        expected = engine.rows(
            "expected",
            f"""SELECT w.warning_id, e.feed, e.delivered_on, e.row_number FROM warnings w
            JOIN ({" UNION ALL ".join(parts)}) e
            ON e.rule = w.rule AND e.subject_key = w.subject_key AND e.day = w.last_held_on ORDER BY ALL""",
        )
        cited = "SELECT warning_id, feed, delivered_on, row_number FROM warning_evidence ORDER BY ALL"
        assert engine.rows("cited", cited) == expected
        assert expected


def test_kept_lives_that_cannot_be_read_say_what_to_do(tmp_path) -> None:
    installation, _ = settle(tmp_path, [ledger({"contract_from": ""})])
    run(installation, DAYS[:2])
    expected = table(installation, DAYS[1:2])[0]
    kept = list(tmp_path.glob(f"episodes/{DAYS[1]}-*"))
    for path in kept:
        path.write_bytes(b"")
    with pytest.raises(FanpinError, match=f"episodes/{DAYS[1]}-.*remove it"):
        warnings(installation, DAYS[1])
    for path in kept:
        path.unlink()
    assert table(installation, DAYS[1:2])[0].equals(expected)


def test_running_a_day_again_changes_nothing(in_order) -> None:
    installation, expected = in_order
    assert not reconcile(installation, DAYS[1])
    assert table(installation, DAYS[1:2])[0].equals(expected[1])


def test_a_date_that_was_not_run_has_no_warnings(in_order) -> None:
    with pytest.raises(FanpinError, match="was not run"):
        warnings(in_order[0], date(2025, 6, 10))


def ledger(*rows: dict) -> Story:
    return Story({"rule": "post_contract_missing", "name": "a ledger", "posts": list(rows), "then": {}})


def lives(installation: Settings, day: date) -> list[tuple[str, str, str]]:
    found = warnings(installation, day).filter(pl.col("rule") == "post_contract_missing").sort("opened_on")
    return [(str(w["opened_on"]), w["status"], str(w["resolved_on"] or "")) for w in found.to_dicts()]


def test_a_late_delivery_is_taken_up_by_running_its_day_again(tmp_path) -> None:
    missing = {"contract_from": ""}
    installation, _ = settle(tmp_path, [ledger(missing, missing | {"delivered_on": "2025-06-04"})])
    run(installation, DAYS[:3])
    assert lives(installation, DAYS[2]) == [("2025-06-02", "open", "")]

    late = Place(ledger({"delivered_on": "2025-06-03"}).case)
    late.case.number = 0
    deliver(installation, [late], DAYS[0])
    run(installation, [DAYS[1]])

    assert lives(installation, DAYS[0]) == [("2025-06-02", "open", "")], "known on that day"
    assert lives(installation, DAYS[1]) == [("2025-06-02", "resolved", "2025-06-03")]
    ended_and_reopened = [("2025-06-02", "resolved", "2025-06-03"), ("2025-06-04", "open", "")]
    assert lives(installation, DAYS[2]) == ended_and_reopened, "later run dates show it at once"


def test_a_day_run_between_two_run_dates_splits_a_warning(tmp_path) -> None:
    missing = {"contract_from": ""}
    rows = missing, {"delivered_on": "2025-06-03"}, missing | {"delivered_on": "2025-06-04"}
    installation, _ = settle(tmp_path, [ledger(*rows)])
    run(installation, [DAYS[0], DAYS[2]])
    assert lives(installation, DAYS[2]) == [("2025-06-02", "open", "")], "no run date between on which it did not hold"
    run(installation, [DAYS[1]])
    assert lives(installation, DAYS[2]) == [("2025-06-02", "resolved", "2025-06-03"), ("2025-06-04", "open", "")]
