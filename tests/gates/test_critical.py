"""A critical line of a suite holds the delivery that fails it, and no other; a release lets it in."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta

import polars as pl
import pytest
from worlds.county import COUNTY, DAY, deliver, row

from pipelines.exports import files, states
from pipelines.gates import judge, suites
from pipelines.gates.quality import FAIL, PASS, results_path
from pipelines.gates.review import held_list, release
from pipelines.main_job import run
from pipelines.settings import CHECKOUT, FanpinError, Settings
from pipelines.staging.accounts import row_files
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.kept import kept

OTHER, NEXT = "341522", DAY + timedelta(days=1)


def ledger(first: int, county: str = COUNTY) -> list[dict]:
    return [row("posts", n, post_no=f"岗{n}", village_code=f"{county}101001") for n in range(first, first + 40)]


@pytest.fixture
def counties(county: Settings) -> Settings:
    """The small county, and a second one like it, in files of its own."""
    numbers = range(101, 141)
    households = [row("registry", n, household_no=f"户{n}", village_code=f"{OTHER}101001") for n in numbers]
    deliver(county, "registry", households, name="b.csv")
    deliver(county, "posts", ledger(101, OTHER), name="b.csv")
    return county


@pytest.fixture
def tighten(tmp_path, monkeypatch):
    """Makes a line of a feed's suite critical, with the bound given, as one who edits the file would."""
    shutil.copytree(CHECKOUT / "expectations", tmp_path / "expectations")
    monkeypatch.setattr(suites, "EXPECTATIONS", tmp_path / "expectations")

    def edit(feed: str, metric: str, bound: str) -> None:
        path = tmp_path / "expectations" / "feeds" / f"{feed}.yaml"
        line = re.compile(rf"kwargs: {{column: {metric}, .*?}}\n    severity: \w+")
        text, number = line.subn(
            f"kwargs: {{column: {metric}, {bound}}}\n    severity: critical", path.read_text(encoding="utf-8")
        )
        assert number == 1
        path.write_text(text, encoding="utf-8")

    return edit


def conclude(settings: Settings, day: date = NEXT) -> None:
    stage(settings, day)
    reconcile(settings, day)


def status(settings: Settings, feed: str, day: date = NEXT) -> dict[str, str]:
    return dict(files(settings, day).filter(feed=feed, delivered_on=day).select("file", "status").iter_rows())


def stated_on(settings: Settings) -> dict[str, set[date]]:
    """County → the delivery dates of the ledger rows that are in truth."""
    posts = pl.read_parquet(kept(settings, NEXT, "post_holders"), columns=["county_code", "ord"])
    return {
        county: {date(1970, 1, 1) + timedelta(days=place // 10**13) for place in part["ord"]}
        for (county,), part in posts.group_by("county_code")
    }


def test_a_tightened_line_holds_the_county_that_fails_it_and_a_release_lets_it_in(counties, tighten) -> None:
    tighten("posts", "outside_registry_share", "max_value: 0.5")
    deliver(counties, "posts", ledger(11), NEXT)
    deliver(counties, "posts", ledger(111, OTHER), NEXT, "b.csv")
    conclude(counties)
    # Ten of forty are outside the registry.
    assert status(counties, "posts") == {"a.csv": "read", "b.csv": "read"}

    deliver(counties, "posts", ledger(31), NEXT)
    run(counties, NEXT, NEXT, lambda _: None)
    assert status(counties, "posts") == {"a.csv": "held", "b.csv": "read"}
    why = "不符合：不在名册中的人不到两成（0.75，上限0.5）"
    assert held_list(counties, NEXT) == [f"posts {NEXT} {COUNTY} 人社部门: {why}"]
    assert stated_on(counties) == {COUNTY: {DAY}, OTHER: {NEXT}}
    results = pl.read_parquet(results_path(counties, NEXT)).filter(suite="feeds/posts")
    for metric in ("outside_registry_share", "held"):
        mine, theirs = (results.filter(expectation=metric, county_code=c).row(0, named=True) for c in (COUNTY, OTHER))
        assert (mine["verdict"], theirs["verdict"], mine["severity"]) == (FAIL, PASS, "critical")
    published = counties.published / str(NEXT)
    assert {path.stem for path in (published / "extracts").iterdir()} == {COUNTY, OTHER}
    for page in ("quality.html", "brief.html"):
        assert "暂存" in (published / page).read_text(encoding="utf-8")

    release(counties, "posts", NEXT, COUNTY, None, None, "张主任", "撤村并居，名册尚未更新")
    conclude(counties)
    assert status(counties, "posts") == {"a.csv": "read", "b.csv": "read"}
    assert stated_on(counties) == {COUNTY: {NEXT}, OTHER: {NEXT}}
    assert held_list(counties, NEXT) == [f"nothing is held of the deliveries dated on or before {NEXT}"]


def test_what_is_held_does_not_depend_on_the_day_that_asks(counties, tighten) -> None:
    """The share is the one of the delivery date, also for who asks later, when the registry has caught up."""
    tighten("posts", "outside_registry_share", "max_value: 0.5")
    later = NEXT + timedelta(days=1)
    deliver(counties, "posts", ledger(31), NEXT)
    households = [row("registry", n, household_no=f"户{n}") for n in range(1, 81)]
    deliver(counties, "registry", households, later)
    conclude(counties, later)
    assert files(counties, later).filter(status="held").select("feed", "delivered_on").rows() == [("posts", NEXT)]
    deliver(counties, "registry", households, NEXT)
    conclude(counties, later)
    assert files(counties, later).filter(status="held").is_empty()


def test_of_other_feeds_the_file_is_held(counties, tighten) -> None:
    tighten("deaths", "quarantine_share", "max_value: 0.1")
    deliver(counties, "deaths", [row("deaths", n) for n in (1, 2)], NEXT)
    deliver(counties, "deaths", [row("deaths", 3), row("deaths", 4, died_on="?")], NEXT, "b.csv")
    deliver(counties, "deaths", [row("deaths", 5, died_on="?")], NEXT, "c.csv")
    conclude(counties)
    assert status(counties, "deaths") == {"a.csv": "read", "b.csv": "held", "c.csv": "held"}
    assert states(counties, NEXT).filter(state="deceased").height == 2
    release(counties, "deaths", NEXT, None, None, 2, "张主任", "已核实")
    conclude(counties)
    assert states(counties, NEXT).filter(state="deceased").height == 3


def test_rows_that_are_not_as_declared_hold_their_county(counties) -> None:
    """Staging lets no such row through: here somebody has been at the disk."""
    numbers = range(1, 41)
    deliver(counties, "registry", [row("registry", n, household_no=f"户{n}") for n in numbers], NEXT)
    stage(counties, NEXT)
    path = row_files(counties, "registry", NEXT)[-1]
    rows = pl.read_parquet(path)
    rows.with_columns(labour=pl.lit("能人")).write_parquet(path)
    reconcile(counties, NEXT)
    assert status(counties, "registry") == {"a.csv": "held"}
    assert held_list(counties, NEXT) == [f"registry {NEXT} {COUNTY}: 不符合：“劳动技能”只有规定的取值（40，上限0）"]
    assert set(states(counties, NEXT)["state"]) == {"on_post"}


def test_a_key_that_comes_twice_holds_its_file(counties) -> None:
    deliver(counties, "deaths", [row("deaths", n) for n in (1, 2)], NEXT)
    stage(counties, NEXT)
    [path] = row_files(counties, "deaths", NEXT)
    rows = pl.read_parquet(path)
    pl.concat([rows, rows.head(1).with_columns(pl.col("ord") + 9)]).write_parquet(path)
    reconcile(counties, NEXT)
    assert status(counties, "deaths") == {"a.csv": "held"}


def test_a_line_that_nothing_measures_is_refused(counties, tighten) -> None:
    tighten("posts", "codes_shift", "max_value: 0.3")
    path = suites.EXPECTATIONS / "feeds" / "posts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("codes_shift", "code_shift"), encoding="utf-8")
    with pytest.raises(FanpinError, match=r"feeds/posts\.yaml: code_shift is not measured"):
        conclude(counties, DAY)


def test_who_only_reads_need_not_have_anything_judged(counties, monkeypatch) -> None:
    """Great Expectations takes seconds to import: what it said of a number and its bounds is kept."""
    conclude(counties, DAY)
    monkeypatch.setattr(judge, "_answers", {})
    monkeypatch.setattr(judge, "_validate", lambda _: pytest.fail("judged again"))
    assert status(counties, "posts", DAY) == {"a.csv": "read", "b.csv": "read"}
    assert held_list(counties, NEXT) == [f"nothing is held of the deliveries dated on or before {NEXT}"]
