"""The whole way over the sample deliveries: what comes out is what an independent program worked out."""

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.exports import EXPORTS, to_csv
from pipelines.main_job import run
from pipelines.publishing.publish import published_dates
from pipelines.report import behind
from pipelines.settings import CHECKOUT, Settings
from pipelines.warehouse.day import reconcile

SAMPLE = CHECKOUT / "data" / "sample"
FIRST, LAST = date(2025, 5, 26), date(2025, 6, 4)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def installation(home) -> Settings:
    shutil.copytree(SAMPLE / "landing", home / "landing")
    return Settings(home, CHECKOUT / "data" / "reference", b"a key")


def exported(settings: Settings, table: str, day: date = LAST) -> list[dict[str, str]]:
    return list(csv.DictReader(to_csv(EXPORTS[table](settings, day)).splitlines()))


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Settings:
    settings = installation(tmp_path_factory.mktemp("backfilled"))
    run(settings, FIRST, LAST, lambda _: None)
    return settings


@pytest.mark.parametrize("table", EXPORTS)
def test_export_of_the_sample_is_as_expected(sample, table):
    with open(SAMPLE / "expected" / f"{table}.csv", encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    columns = list(expected[0])
    found = [tuple(row[column] for column in columns) for row in exported(sample, table)]
    assert len(found) == len(expected)
    assert set(found) == {tuple(row.values()) for row in expected}


def test_days_run_one_by_one_in_any_order_end_in_the_same_state_and_the_same_published_files(sample, tmp_path):
    other = installation(tmp_path / "shuffled")
    for day in (DAYS[2], DAYS[0], DAYS[1], DAYS[0]):
        run(other, day, day, lambda _: None)
    for day in DAYS[:3]:
        for table in EXPORTS:
            assert exported(other, table, day) == exported(sample, table, day)
        assert contents(other, day) == contents(sample, day)


def test_running_a_day_again_changes_no_published_byte(sample):
    before = {path: path.stat() for path in sorted(sample.published.rglob("*"))}
    links = {path: path.readlink() for path in sample.published.iterdir() if path.is_symlink()}
    run(sample, DAYS[3], DAYS[3], lambda _: None)
    assert {path: path.readlink() for path in sample.published.iterdir() if path.is_symlink()} == links
    after = {path: path.stat() for path in sorted(sample.published.rglob("*"))}
    assert {p: (s.st_ino, s.st_mtime_ns, s.st_size) for p, s in after.items()} == {
        p: (s.st_ino, s.st_mtime_ns, s.st_size) for p, s in before.items()
    }


def contents(settings: Settings, day: date) -> dict[str, str]:
    """What a published date says of the content of its files, where their bytes can't be the same."""
    import json

    manifest = json.loads((settings.published / day.isoformat() / "manifest.json").read_text(encoding="utf-8"))
    return {name: entry.get("content_sha256", entry["sha256"]) for name, entry in manifest["files"].items()}


def without_a_file(tmp_path) -> tuple[Settings, Path, bytes]:
    """The sample without a file of DAYS[1]; where it was to lie, and what it holds."""
    settings = installation(tmp_path / "home")
    late = settings.landing / "deaths" / "2025-05-27" / "data.csv"
    kept = late.read_bytes()
    late.unlink()
    return settings, late, kept


def test_a_late_delivery_is_taken_up_by_running_the_day_again_and_later_dates_follow(sample, tmp_path):
    settings, late, kept = without_a_file(tmp_path)
    run(settings, DAYS[1], DAYS[2], lambda _: None)
    published_before = contents(settings, DAYS[2])
    states_before = exported(settings, "states", DAYS[1])
    late.write_bytes(kept)

    run(settings, DAYS[1], DAYS[1], lambda _: None)

    assert exported(settings, "states", DAYS[1]) != states_before
    assert exported(settings, "states", DAYS[1]) == exported(sample, "states", DAYS[1])
    assert contents(settings, DAYS[2]) != published_before
    [line] = behind(settings, DAYS[1])  # what was published again doesn't rest on the late delivery itself yet
    assert f"backfill --from {DAYS[2]} --to {DAYS[2]} --only-run-dates" in line
    run(settings, DAYS[2], DAYS[2], lambda _: None)
    assert behind(settings, DAYS[1]) == []


def test_a_later_date_that_nobody_let_out_stays_in_when_an_earlier_one_changes(tmp_path):
    settings, late, kept = without_a_file(tmp_path)
    run(settings, DAYS[1], DAYS[1], lambda _: None)
    reconcile(settings, DAYS[2])  # by Airflow, whose sign-off was refused
    late.write_bytes(kept)

    run(settings, DAYS[1], DAYS[1], lambda _: None)

    assert published_dates(settings) == [DAYS[1]]
    assert (settings.published / "latest").readlink().name == str(DAYS[1])


def test_a_file_gone_from_landing_stays_known(sample, tmp_path):
    settings = installation(tmp_path / "home")
    run(settings, FIRST, FIRST, lambda _: None)
    shutil.rmtree(settings.landing / "insurance")
    run(settings, FIRST, FIRST, lambda _: None)
    assert exported(settings, "files", FIRST) == exported(sample, "files", FIRST)
    assert exported(settings, "states", FIRST) == exported(sample, "states", FIRST)
