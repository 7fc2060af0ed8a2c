"""A made-up province: the same seed gives the same bytes, its deliveries are accepted, and its truth is theirs."""

import hashlib
import os
import re
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.exports import EXPORTS
from pipelines.feeds import FEEDS
from pipelines.settings import CHECKOUT, FanpinError, Settings
from pipelines.simulation.simulate import START, prefecture, simulate
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile

REFERENCE = CHECKOUT / "data" / "reference"
DAYS = 8
LAST = START + timedelta(days=DAYS)


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def made(home: Path, persons: int = 2_000, days: int = DAYS, seed: int = 7, **others) -> Settings:
    simulate(home, persons, days, seed, reference=REFERENCE, **others)
    return Settings(home, REFERENCE, b"a key for tests")


def concluded(settings: Settings, *days: date) -> Settings:
    for day in days:
        stage(settings, day, lambda _: None, passwords=[])
        reconcile(settings, day)
    return settings


def truth(settings: Settings, table: str) -> pl.DataFrame:
    return pl.read_parquet(settings.home / "truth" / table / "*.parquet")


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory) -> Settings:
    return concluded(made(tmp_path_factory.mktemp("ordinary")), START, LAST)


@pytest.fixture(scope="module")
def at_once(tmp_path_factory) -> Settings:
    """Whatever happens is delivered without a fault on the next day."""
    return concluded(made(tmp_path_factory.mktemp("at_once"), persons=4_000, lateness=0, faults=0), LAST)


def test_the_same_seed_gives_the_same_bytes(ordinary, tmp_path):
    again = made(tmp_path / "again")
    assert bytes_of(again.landing) == bytes_of(ordinary.landing)
    assert bytes_of(again.home / "truth") == bytes_of(ordinary.home / "truth")


def test_another_seed_gives_other_people(ordinary, tmp_path):
    other = made(tmp_path / "other", days=0, seed=8)
    assert not set(truth(other, "people")["id_number"]) & set(truth(ordinary, "people")["id_number"])


def test_every_feed_but_the_feedback_is_delivered_in_many_formats(ordinary):
    assert {path.name for path in ordinary.landing.iterdir()} == set(FEEDS) - {"feedback"}
    assert {path.suffix for path in ordinary.landing.rglob("*.*") if path.is_file()} == {".csv", ".xlsx"}
    heads = [path.read_bytes()[:400] for path in ordinary.landing.rglob("*.csv")]
    assert any(head.startswith(b"\xef\xbb\xbf") for head in heads)
    assert any(b"\t" in head for head in heads)
    with pytest.raises(UnicodeDecodeError):
        for path in ordinary.landing.rglob("*.csv"):
            path.read_bytes().decode("utf-8")


def test_all_deliveries_are_read_and_every_row_ends_in_one_place(ordinary):
    files = EXPORTS["files"](ordinary, LAST)
    assert set(files["status"]) == {"read"}
    assert len(files) == sum(path.is_file() for path in ordinary.landing.rglob("*"))
    ends = pl.sum_horizontal("accepted", "quarantined", "superseded")
    assert files.filter(pl.col("read") != ends).is_empty()
    assert 0.0005 < files["quarantined"].sum() / files["read"].sum() < 0.01


def test_nobody_is_found_out_without_a_reason_in_half_of_the_province(ordinary):
    warnings = EXPORTS["warnings"](ordinary, LAST)
    assert warnings["rule"].n_unique() > 15
    assert warnings["rule"].value_counts()["count"].max() < 0.05 * 2_000


def test_an_ordinary_day_brings_little_that_is_new(ordinary):
    first = EXPORTS["files"](ordinary, START)["read"].sum()
    later = EXPORTS["files"](ordinary, LAST)["read"].sum() - first
    assert 0 < later < 0.15 * first


def test_who_is_registered_in_truth_stands_in_the_registry(at_once):
    delivered = set(EXPORTS["states"](at_once, LAST)["id_number"])
    people = truth(at_once, "people")
    there = people.filter(pl.col("registered_on") == START)
    newest = {row["county_code"] for row in there.iter_rows(named=True)}
    assert len(newest) == 2
    assert delivered <= set(people["id_number"])
    assert people["id_number"].n_unique() == len(people)
    gone = set(there["id_number"]) - delivered
    # Only who died leaves the registry.
    assert gone <= set(people.filter(pl.col("died_on").is_not_null())["id_number"])
    for table in ("spells", "losses"):
        assert set(truth(at_once, table)["id_number"]) <= set(people["id_number"])


def test_the_tables_of_the_truth_have_the_columns_that_the_documentation_says(ordinary):
    written = (CHECKOUT / "docs" / "simulation.md").read_text(encoding="utf-8")
    rows = {row[0]: row for row in re.findall(r"^\| `(\w+)` \| (.+?) \| .* \|$", written, re.MULTILINE)}
    tables = {path.name for path in (ordinary.home / "truth").iterdir()}
    assert tables == set(rows) == {"people", "spells", "losses", "wrongs", "claims"}
    for table in tables:
        assert re.findall(r"`(\w+)`", rows[table][1]) == truth(ordinary, table).columns, table


def test_who_claimed_benefit_in_truth_had_lost_the_work(ordinary):
    claims = truth(ordinary, "claims")
    assert len(claims) and claims.join(truth(ordinary, "losses"), on=["id_number", "lost_on"], how="anti").is_empty()


def test_nothing_is_quarantined_where_nobody_makes_a_mistake(at_once):
    files = EXPORTS["files"](at_once, LAST)
    assert files["quarantined"].sum() == 0
    assert EXPORTS["conflicts"](at_once, LAST).is_empty()


def test_who_lost_work_in_truth_is_unemployed_since_that_day(at_once):
    """Where nothing is late: for those who were not insured, for a cover ends with a month."""
    states = {row["id_number"]: row for row in EXPORTS["states"](at_once, LAST).iter_rows(named=True)}
    spells = truth(at_once, "spells")
    insured = set(spells.filter("insured")["id_number"])
    told = 0
    for loss in truth(at_once, "losses").iter_rows(named=True):
        out = loss["lost_on"] <= LAST - timedelta(days=3) and (loss["back_on"] or date.max) > LAST
        state = states.get(loss["id_number"])
        if not out or loss["id_number"] in insured or loss["cause"] != "employment" or state is None:
            continue
        if state["state"] in ("outside_labour", "deceased"):
            continue
        assert (state["state"], state["since"]) == ("unemployed", loss["lost_on"])
        told += 1
    assert told > 10


def test_a_large_province_is_csv_from_the_prefectures_and_as_a_small_one_in_kind(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.simulation.simulate.LARGE", 1_000)
    monkeypatch.setattr("pipelines.simulation.simulate.PERSONS_OF_A_COUNTY", 300)
    monkeypatch.setattr("pipelines.simulation.simulate._each", lambda tasks, world: map(prefecture, tasks))
    settings = made(tmp_path, persons=1_500, days=3)
    assert {path.suffix for path in settings.landing.rglob("*.*") if path.is_file()} == {".csv"}
    assert all(len(path.stem) == 4 for path in (settings.landing / "insurance").rglob("*.csv"))
    concluded(settings, START)
    files = EXPORTS["files"](settings, START)
    assert set(files["status"]) == {"read"}


def test_another_start_moves_the_deliveries(tmp_path):
    settings = made(tmp_path, persons=200, days=1, start=date(2027, 2, 28))
    days = {path.name for path in settings.landing.glob("*/*")}
    assert "2027-02-28" in days and days <= {"2027-02-28", "2027-03-01"}


def test_a_home_with_a_landing_is_left_alone(tmp_path):
    (tmp_path / "landing").mkdir()
    with pytest.raises(FanpinError, match="landing already"):
        made(tmp_path)
    assert os.listdir(tmp_path / "landing") == []
