"""Which days are run, and which are run again, because of what came."""

import os
import shutil
import threading
import time
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.feeds import FEEDS
from pipelines.files import reading, writing
from pipelines.gates.releases import Release, record
from pipelines.main_job import run
from pipelines.scheduled.arrivals import ANNOUNCED_AGAIN, SETTLED, arrivals, take_in, take_in_all, to_announce
from pipelines.scheduled.days import conclude, groups_to_write, publish_day, to_publish
from pipelines.scheduled.readiness import (
    at_rest,
    made_otherwise,
    missing,
    never_run,
    newly_made_otherwise,
    note_waiting,
    outdated,
    to_run,
    why_not,
)
from pipelines.scheduled.sign_off import tally
from pipelines.settings import CHECKOUT, FanpinError, Settings, TryAgain
from pipelines.warehouse.kept import kept

SAMPLE = CHECKOUT / "data" / "sample" / "landing"
ONE, TWO = date(2025, 5, 26), date(2025, 5, 27)
AWAITED = [feed.name for feed in FEEDS.values() if feed.awaited != "no"]


def quiet(_: str) -> None:
    pass


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "home", CHECKOUT / "data" / "reference", b"a key")


@pytest.fixture(scope="module")
def first_day(tmp_path_factory) -> Settings:
    """A home that took in what is awaited for `ONE`, and ran it."""
    settings = Settings(tmp_path_factory.mktemp("first_day"), CHECKOUT / "data" / "reference", b"a key")
    come(settings, *AWAITED)
    conclude(settings, ONE, quiet)
    return settings


@pytest.fixture
def ran(first_day, tmp_path) -> Settings:
    """A copy of it, to go on with."""
    return replace(first_day, home=shutil.copytree(first_day.home, tmp_path / "home", symlinks=True))


def deliver(settings: Settings, feed: str, day: date, of: date | None = None) -> None:
    target = settings.landing / feed / day.isoformat()
    shutil.copytree(SAMPLE / feed / (of or day).isoformat(), target, dirs_exist_ok=True)
    for path in target.iterdir():
        os.utime(path, (0, 0))


def come(settings: Settings, *feeds: str, day: date = ONE) -> list[date]:
    """Deliver, take in, and say which days are to be run because of the last."""
    for feed in feeds:
        deliver(settings, feed, day, of=day if (SAMPLE / feed / day.isoformat()).exists() else ONE)
        take_in(settings, feed, day, quiet)
    return to_run(settings, feeds[-1], day)


def test_registry_and_posts_may_be_old_but_employment_and_insurance_may_not(settings):
    come(settings, *AWAITED)
    assert missing(settings, ONE) == []
    assert missing(settings, TWO) == ["employment", "insurance"]
    assert why_not(settings, TWO) == "2025-05-27 waits for employment, insurance, at most until its deadline"


def test_the_first_registry_starts_the_days_that_waited_for_it(settings):
    assert come(settings, "employment", "insurance", "posts", "benefits", "deaths") == []
    assert come(settings, "registry") == [ONE]


def test_a_day_is_asked_for_once_for_the_same_deliveries(settings):
    come(settings, "employment", "insurance", "posts", "benefits", "deaths", "registry")
    assert to_run(settings, "deaths", ONE, "another run") == []
    assert to_run(settings, "registry", ONE) == [ONE]  # by the same run, which may have been cut off
    deliver(settings, "payroll", ONE)
    take_in(settings, "payroll", ONE, quiet)
    assert to_run(settings, "deaths", ONE, "another run") == [ONE]


def test_a_day_that_becomes_complete_starts_by_its_feeds_alone(settings):
    assert come(settings, *(feed for feed in AWAITED if feed != "insurance"), "insurance") == []
    assert why_not(settings, ONE) is None


def test_a_corrected_file_starts_the_day_that_a_rejected_one_kept_waiting(settings):
    """The run that found something missing has used up what the other feeds said."""
    come(settings, *(feed for feed in AWAITED if feed != "employment"))
    folder = settings.landing / "employment" / ONE.isoformat()
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"no table")
    said: list[str] = []
    take_in(settings, "employment", ONE, said.append)
    assert any("file 1: rejected: expected" in line for line in said)
    assert to_run(settings, "employment", ONE) == []
    assert why_not(settings, ONE) is not None
    note_waiting(settings, ONE)
    shutil.rmtree(folder)
    assert come(settings, "employment") == [ONE]
    conclude(settings, ONE, quiet)
    assert why_not(settings, ONE) is not None


def test_why_a_file_was_rejected_is_said_to_its_own_feed_whoever_staged_it(settings):
    folder = settings.landing / "deaths" / ONE.isoformat()
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"no table")
    come(settings, "posts")  # stages all that is there
    said: list[str] = []
    take_in(settings, "deaths", ONE, said.append)
    assert any(line.startswith(f"deaths {ONE} file 1: rejected: expected") for line in said)


def test_delivered_days_that_nobody_ran_are_known(ran):
    for feed in ("employment", "insurance"):
        deliver(ran, feed, TWO, of=ONE)
        take_in(ran, feed, TWO, quiet)
    assert never_run(ran, TWO) == []
    assert never_run(ran, TWO + timedelta(days=1)) == [TWO]
    assert never_run(ran, TWO + timedelta(days=100)) == []
    conclude(ran, TWO, quiet)
    assert never_run(ran, TWO + timedelta(days=1)) == []


def test_nothing_is_announced_with_another_key(ran):
    with pytest.raises(FanpinError, match="key is not the one"):
        to_announce(replace(ran, key=b"another"), "run")


def test_a_late_delivery_makes_the_run_dates_from_its_own_on_outdated(ran):
    conclude(ran, TWO, quiet)
    assert outdated(ran, ONE) == []
    assert why_not(ran, ONE) == "2025-05-26 was run with just these deliveries"
    assert come(ran, "subsidies", day=TWO) == [TWO]
    assert come(ran, "payroll", day=ONE) == [ONE, TWO]
    assert why_not(ran, ONE) is None


def test_a_delivery_is_found_until_it_is_taken_in_and_again_when_it_changes(settings):
    deliver(settings, "deaths", TWO)
    assert arrivals(settings) == [("deaths", TWO)]
    counts = take_in(settings, "deaths", TWO, quiet)
    assert counts["files_read"] == 1
    assert counts["rows_read"] == counts["rows_accepted"] + counts["rows_quarantined"] + counts["rows_superseded"]
    assert arrivals(settings) == []
    path = next((settings.landing / "deaths" / TWO.isoformat()).iterdir())
    path.write_bytes(path.read_bytes() + b"\n")
    assert arrivals(settings, now=path.stat().st_mtime + SETTLED / 2) == []  # still being written, perhaps
    assert arrivals(settings, now=path.stat().st_mtime + SETTLED) == [("deaths", TWO)]


def test_what_a_closed_day_takes_in_is_not_found_again(settings):
    deliver(settings, "deaths", ONE)
    deliver(settings, "deaths", TWO)
    take_in_all(settings, ONE, quiet)
    assert arrivals(settings) == [("deaths", TWO)]


def test_the_notes_hold_no_file_name(settings):
    deliver(settings, "posts", ONE)
    take_in(settings, "posts", ONE, quiet)
    notes = (settings.home / "schedule" / "taken.json").read_text()
    assert "posts 2025-05-26" in notes
    assert "340102" not in notes and "xlsx" not in notes


def test_an_installation_without_deliveries_is_at_rest(settings):
    assert at_rest(settings, ONE)
    come(settings, "deaths")
    assert not at_rest(settings, ONE)
    assert at_rest(settings, ONE + timedelta(days=60))


def test_later_dates_are_published_again_where_an_earlier_one_says_something_else(settings):
    come(settings, *AWAITED)
    conclude(settings, TWO, quiet)
    publish_day(settings, TWO, quiet)
    conclude(settings, ONE, quiet)
    assert to_publish(settings, ONE) == [ONE, TWO]
    for day in (ONE, TWO):
        publish_day(settings, day, quiet)
    assert to_publish(settings, ONE) == [ONE]
    come(settings, "subsidies", day=ONE)
    conclude(settings, ONE, quiet)
    assert to_publish(settings, ONE) == [ONE]  # TWO is outdated: running it again publishes it
    conclude(settings, TWO, quiet)
    assert to_publish(settings, ONE) == [ONE]  # TWO itself says something else: whoever lets it out publishes it


def test_a_release_has_the_days_that_it_changes_run_again(ran):
    record(ran, [Release("insurance", TWO, None, None, ("0" * 64,), "somebody", "why")])
    assert outdated(ran, ONE) == []
    record(ran, [Release("insurance", ONE, None, None, ("0" * 64,), "somebody", "why")])
    assert outdated(ran, ONE) == [ONE]
    conclude(ran, ONE, quiet)
    assert outdated(ran, ONE) == []


def test_days_of_other_reference_tables_are_said_once_and_not_run_by_themselves(ran, tmp_path):
    shutil.copytree(ran.reference, tmp_path / "reference")
    settings = replace(ran, reference=tmp_path / "reference")
    conclude(settings, ONE, quiet)
    assert newly_made_otherwise(settings, TWO) == {}
    with open(tmp_path / "reference" / "counties.csv", "a", encoding="utf-8") as file:
        file.write("349999,新县,3499,新市\n")
    assert newly_made_otherwise(settings, TWO) == {"reference": [ONE]}
    assert newly_made_otherwise(settings, TWO) == {}
    assert outdated(settings, ONE) == []
    conclude(settings, ONE, quiet)
    assert made_otherwise(settings) == {"reference": [], "program": []}


def test_days_kept_by_another_version_are_named_and_can_be_run_again(ran):
    conclude(ran, TWO, quiet)
    hits = kept(ran, ONE, "hits")
    pl.read_parquet(hits).drop("reason").write_parquet(hits)
    (hits.parent / "made_by.json").unlink()
    with pytest.raises(FanpinError, match=f"1 run dates, from {ONE} to {ONE}, .* --from {ONE} --to {ONE} --only-run"):
        tally(ran, TWO)
    conclude(ran, ONE, quiet)
    assert tally(ran, TWO).by_rule


def test_days_that_were_never_run_can_be_left_out(settings):
    with pytest.raises(FanpinError, match="was run"):
        run(settings, ONE, TWO, quiet, only_run_dates=True)


def test_what_was_announced_waits_for_its_turn(settings):
    deliver(settings, "deaths", TWO)
    now = time.time()
    assert to_announce(settings, "a run", now) == [("deaths", TWO)]
    assert to_announce(settings, "another", now + 300) == []
    assert to_announce(settings, "a run", now + 300) == [("deaths", TWO)]  # the same run, cut off and repeated
    assert to_announce(settings, "another", now + 300 + ANNOUNCED_AGAIN + 1) == [("deaths", TWO)]  # it was lost
    take_in(settings, "deaths", TWO, quiet)
    assert to_announce(settings, "a third", now + 3 * ANNOUNCED_AGAIN) == []
    path = next((settings.landing / "deaths" / TWO.isoformat()).iterdir())
    path.write_bytes(path.read_bytes() + b"\n")
    os.utime(path, (1, 1))
    assert to_announce(settings, "a third", now + 3 * ANNOUNCED_AGAIN) == [("deaths", TWO)]


@pytest.mark.parametrize(("first", "second"), [(writing, writing), (writing, reading), (reading, writing)])
def test_a_home_that_is_written_to_is_busy(settings, monkeypatch, first, second):
    monkeypatch.setattr("pipelines.files.PATIENCE", 0)
    with first(settings.home), pytest.raises(TryAgain, match="another run"), second(settings.home):
        pass


def test_who_is_to_write_waits_for_who_reads(settings):
    held = threading.Event()

    def read() -> None:
        with reading(settings.home):
            held.set()
            time.sleep(0.5)
        held.clear()

    reader = threading.Thread(target=read)
    reader.start()
    held.wait()
    with writing(settings.home):
        reader.join()
        assert not held.is_set()


def test_several_may_read_a_home_at_once(settings):
    with reading(settings.home), reading(settings.home):
        pass


@pytest.mark.parametrize(("counties", "sizes"), [(0, []), (3, [1, 1, 1]), (16, [4] * 4), (119, [30, 30, 30, 29])])
def test_counties_are_written_alone_where_they_are_few(settings, monkeypatch, counties, sizes):
    monkeypatch.setattr("pipelines.scheduled.days.counties_to_write", lambda *_: [f"{n:06}" for n in range(counties)])
    groups = groups_to_write(settings, ONE)
    assert [len(group) for group in groups] == sizes
    assert [county for group in groups for county in group] == [f"{n:06}" for n in range(counties)]
