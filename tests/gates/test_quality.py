"""What is judged of a day: kept, published, the same again, and without a trace of anybody."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from worlds.county import COUNTY, DAY, deliver, founded, row

from pipelines.gates import quality
from pipelines.gates.measures import Unit
from pipelines.gates.quality import CANNOT_JUDGE, FAIL, PASS, judge_day, results_path, verdicts
from pipelines.main_job import run
from pipelines.publishing.analysts import make_tables
from pipelines.publishing.policy import derive_policy
from pipelines.settings import FanpinError, Settings
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings
from pipelines.warehouse.kept import kept

NEXT = DAY + timedelta(days=1)

#: What stands in no delivery but these, and must stand nowhere else.
CANARY = {"name": "钟金丝", "id_number": "340422198005019998", "bank_account": "6217001234500009998"}


def judged(settings, day: date = DAY) -> pl.DataFrame:
    return pl.read_parquet(results_path(settings, day))


def one(settings, suite: str, expectation: str, day: date = DAY, **where: object) -> dict:
    [found] = judged(settings, day).filter(suite=suite, expectation=expectation, **where).to_dicts()
    return found


def run_day(settings, day: date = DAY) -> None:
    run(settings, day, day, lambda _: None)


def judge(settings, day: date = DAY) -> None:
    """Everything up to the verdicts, without the workbooks and pages that follow them."""
    stage(settings, day)
    reconcile(settings, day)
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        derive_policy(engine, settings, day)
        make_tables(engine, engine.folder / "fanpin.duckdb", lambda: judge_day(engine, settings, day))


@pytest.fixture(scope="module")
def rightful(tmp_path_factory) -> Settings:
    """The small county, run once."""
    settings = founded(tmp_path_factory.mktemp("county") / "home")
    run_day(settings)
    return settings


def test_a_day_of_rightful_deliveries_fails_nothing(rightful) -> None:
    results = judged(rightful)
    assert results.filter(verdict=FAIL).is_empty()
    assert results.filter(suite="feeds/registry", verdict=PASS).height > 10
    # A feed that never came has passed nothing.
    assert set(results.filter(suite="feeds/insurance")["verdict"]) == {CANNOT_JUDGE}


def test_a_county_that_did_not_come_is_not_judged(county) -> None:
    other = "341522101001"
    deliver(
        county, "posts", [row("posts", n, post_no=f"岗{n}", village_code=other) for n in range(50, 90)], name="b.csv"
    )
    judge(county)
    assert one(county, "feeds/registry", "labour_missing", county_code="341522")["verdict"] == CANNOT_JUDGE
    assert one(county, "feeds/registry", "labour_missing", county_code=COUNTY)["verdict"] == PASS
    assert one(county, "feeds/posts", "outside_registry_share", county_code="341522")["verdict"] == CANNOT_JUDGE


@pytest.mark.parametrize("feed", ["posts", "registry", "deaths"])
def test_a_feed_of_which_nothing_could_be_read_is_not_judged(feed: str, rightful, tmp_path) -> None:
    settings = replace(rightful, home=tmp_path)
    unreadable = settings.landing / feed / str(DAY) / "a.csv"
    unreadable.parent.mkdir(parents=True)
    unreadable.write_text("not,a,header\n1,2,3\n", encoding="utf-8")
    judge(settings)
    of_rows = judged(settings).filter(suite=f"feeds/{feed}", expectation="keys_repeated")
    assert of_rows["verdict"].to_list() == [CANNOT_JUDGE]


def test_one_countys_half_delivery_fails_and_the_others_go_on(county) -> None:
    other = [row("registry", n, household_no=f"户{n}", village_code="341522101001") for n in range(50, 90)]
    deliver(county, "registry", other, name="b.csv")
    deliver(county, "registry", [row("registry", n, household_no=f"户{n}") for n in range(1, 11)], NEXT)
    deliver(county, "registry", other, NEXT, "b.csv")
    run_day(county, NEXT)
    mine, theirs = (one(county, "feeds/registry", "held", NEXT, county_code=c) for c in (COUNTY, "341522"))
    assert (mine["verdict"], mine["severity"], theirs["verdict"]) == (FAIL, "critical", PASS)
    assert one(county, "feeds/registry", "rows_to_before", NEXT, county_code=COUNTY)["observed"] == 0.25
    assert (county.published / str(NEXT) / "quality.html").exists()


def test_what_is_out_of_the_ordinary_is_reported(county) -> None:
    enterprises = [row("enterprises", n, uscc=f"码{n}") for n in range(1, 41)]
    deliver(county, "enterprises", enterprises, DAY - timedelta(days=2))
    deliver(county, "enterprises", [e | {"status": "注销"} for e in enterprises], DAY - timedelta(days=1))
    strangers = [row("registry", n) for n in range(200, 204)]
    conflicts = [e | {"name": s["name"], "uscc": "码0"} for e, s in zip(enterprises, strangers, strict=False)]
    unread = [e | {"registered_on": "?"} for e in enterprises[:10]]
    deliver(county, "enterprises", [*[e | {"status": "注销"} for e in enterprises], *conflicts, *unread], name="c.csv")
    judge(county)
    found = {r["expectation"]: r for r in judged(county).filter(suite="feeds/enterprises").to_dicts()}
    assert found["codes_shift"]["observed"] == pytest.approx(40 / 44 - 0.5, abs=1e-6)
    assert found["conflict_share"]["observed"] == pytest.approx(4 / 44, abs=1e-6)
    assert found["quarantine_share"]["observed"] == pytest.approx(10 / 54, abs=1e-6)
    assert {found[name]["verdict"] for name in ("codes_shift", "conflict_share", "quarantine_share")} == {FAIL}


def test_a_rule_that_says_much_more_than_before_is_reported(county) -> None:
    deaths = [row("deaths", n) for n in range(1, 41)]
    deliver(county, "deaths", deaths[:2], DAY - timedelta(days=1))
    deliver(county, "deaths", deaths, NEXT)
    stage(county, NEXT)
    reconcile(county, DAY - timedelta(days=1))
    judge(county, NEXT)
    found = one(county, "tables/warnings_by_rule", "hits_to_before", NEXT, part="post_holder_deceased")
    assert (found["observed"], found["verdict"]) == (40, FAIL)


def test_something_critical_about_the_tables_stops_the_publication(rightful, tmp_path, monkeypatch) -> None:
    county = replace(rightful, home=tmp_path / "home")
    shutil.copytree(rightful.home, county.home, symlinks=True)
    published = {p: p.stat().st_mtime_ns for p in county.published.rglob("*")}
    measure = quality.measure_tables
    spoilt = {"tables/evidence": {Unit(): {"without_warning": 1.0}}}

    def measured(engine):
        found = measure(engine)
        return found | {name: {u: found[name][u] | n for u, n in units.items()} for name, units in spoilt.items()}

    monkeypatch.setattr(quality, "measure_tables", measured)
    deliver(county, "deaths", [row("deaths", 1)])
    with pytest.raises(FanpinError, match="tables/evidence without_warning is 1"):
        run_day(county)
    assert {p: p.stat().st_mtime_ns for p in county.published.rglob("*")} == published


def test_a_suite_that_was_not_measured_is_refused() -> None:
    with pytest.raises(FanpinError, match="was not measured"):
        verdicts(DAY, {})


def test_judging_again_changes_no_byte(rightful) -> None:
    county = rightful
    page, table = county.published / str(DAY) / "quality.html", results_path(county, DAY)
    before = page.read_bytes(), table.read_bytes(), kept(county, DAY, "measures").read_bytes()
    for path in (page.resolve(), table):
        path.unlink()
    run_day(county)
    assert (page.read_bytes(), table.read_bytes(), kept(county, DAY, "measures").read_bytes()) == before


def test_nothing_that_is_judged_said_or_shown_names_anybody(county, capfd) -> None:
    people = [row("registry", 1) | {k: CANARY[k] for k in ("name", "id_number")}, row("registry", 2)]
    deliver(county, "registry", people, NEXT, f"{CANARY['name']}.csv")
    deliver(
        county, "subsidies", [row("subsidies", 1, payment_no="1") | CANARY, row("subsidies", 2, payment_no="2")], NEXT
    )
    broken = [row("deaths", 1, died_on="?") | {k: CANARY[k] for k in ("name", "id_number")}] * 120
    deliver(county, "deaths", broken, NEXT)
    lines: list[str] = []
    run(replace(county), NEXT, NEXT, lines.append)
    said = "\n".join(lines) + "".join(capfd.readouterr())
    page = (county.published / str(NEXT) / "quality.html").read_text(encoding="utf-8")
    with duckdb.connect(str(county.published / str(NEXT) / "fanpin.duckdb"), read_only=True) as database:
        table = str(database.execute("SELECT * FROM quality").fetchall())
    tables = str(judged(county, NEXT).rows()) + str(pl.read_parquet(kept(county, NEXT, "measures")).rows())
    for text in (said, page, table, tables):
        assert not any(word in text for word in CANARY.values())
        assert not re.search(r"\d{17}[\dX]", text)
    secret = [word.encode() for word in CANARY.values()]
    for path in sorted(p for p in county.home.rglob("*") if p.is_file()):
        if path.relative_to(county.home).parts[0] not in ("landing", "identities"):
            data = path.read_bytes()
            assert not any(word in data for word in secret), path.name


def test_the_page_asks_for_nothing_from_outside(rightful) -> None:
    page = (rightful.published / str(DAY) / "quality.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 200_000
    assert not re.search(r"https?://|src=|@import|url\(|<script|<link", page)
