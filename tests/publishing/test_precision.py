"""How often each rule was right, by what came back from the counties: two counties, one rule, many answers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import duckdb
import pytest
from worlds.county import deliver, row
from worlds.opening import folder, sheet

from pipelines.exports import warnings
from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings

OPENED, DAY = date(2025, 6, 16), date(2025, 6, 20)
RULE = "post_contract_missing"
MANY, FEW, NEIGHBOUR = "340422", "340828", "340102"


def answered(home) -> Settings:
    """In one county 230 warnings, 225 of them answered, in another 40 and 31, in a third 9 and 9."""
    settings = Settings(home, CHECKOUT / "data" / "reference", b"a key for tests")
    people = {MANY: range(1, 231), FEW: range(301, 341), NEIGHBOUR: range(401, 410)}
    registry, posts = [], []
    for county, numbers in people.items():
        for n in numbers:
            place = {"village_code": f"{county}101001"}
            # Every tenth is relocated: a priority person.
            registry.append(row("registry", n, household_no=f"户{n}", relocated="是" if n % 10 == 0 else "否", **place))
            posts.append(row("posts", n, post_no=f"岗{n}", contract_from="", **place))
    deliver(settings, "registry", registry, OPENED)
    deliver(settings, "posts", posts, OPENED)
    run(settings, OPENED, OPENED, lambda _: None)

    ids: dict[str, list[str]] = {}
    for warning in warnings(settings, OPENED).filter(rule=RULE).sort("key").iter_rows(named=True):
        ids.setdefault(warning["county_code"], []).append(warning["warning_id"])
    assert {county: len(found) for county, found in ids.items()} == {MANY: 230, FEW: 40, NEIGHBOUR: 9}

    def answer(warning: str, outcome: str, after: int = 0, **more: str) -> dict[str, str]:
        checked_on = str(OPENED + timedelta(days=after))
        filled = {"outcome": outcome, "checked_on": checked_on, "service": "", "served_on": ""}
        return {"warning_id": warning, **filled, **more}

    rows = [answer(warning, "属实") for warning in ids[MANY][:25]]
    rows += [answer(warning, "属实", 2) for warning in ids[MANY][25:34]]
    rows += [answer(warning, "不属实", 2) for warning in ids[MANY][34:225]]
    rows += [answer(warning, "属实", 2, service="其他", served_on=str(DAY)) for warning in ids[FEW][:20]]
    rows += [answer(warning, "不属实", 2) for warning in ids[FEW][20:31]]
    # Checked again: the later check counts.
    rows += [answer(warning, "不属实", 3) for warning in ids[FEW][:5]]
    rows += [answer(warning, "属实", 1) for warning in ids[NEIGHBOUR]]
    # Before it opened, it says nothing of the warning.
    rows += [answer(ids[FEW][39], "属实", -1)]
    deliver(settings, "feedback", rows, DAY)
    for day in (DAY - timedelta(days=1), DAY):
        run(settings, day, day, lambda _: None)
    return settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return answered(tmp_path_factory.mktemp("precision"))


def asked(settings: Settings, select: str, day: date = DAY) -> list[tuple]:
    with duckdb.connect(str(folder(settings, day) / "fanpin.duckdb"), read_only=True) as database:
        return database.execute(select).fetchall()


def test_what_was_checked_is_counted_by_county_and_priority_group(home) -> None:
    found = asked(
        home,
        f"""SELECT county_code, sum(warnings), sum(checked), sum(upheld), sum(served), sum(waiting)
        FROM precision WHERE rule = '{RULE}' GROUP BY county_code ORDER BY county_code""",
    )
    assert found == [(NEIGHBOUR, 9, 9, 9, 0, 0), (MANY, 230, 225, 34, 0, 5), (FEW, 40, 31, 15, 15, 9)]
    groups = asked(
        home,
        f"""SELECT is_priority, sum(warnings), median(median_days_to_check)
        FROM precision WHERE rule = '{RULE}' GROUP BY is_priority ORDER BY is_priority""",
    )
    assert groups == [(False, 252, 2.0), (True, 27, 2.0)]


def test_of_the_latest_200_checked_so_many_were_right(home) -> None:
    recent = "scope, county_code, checked, upheld, share_upheld, is_seldom_upheld"
    found = asked(home, f"SELECT {recent} FROM precision_recent WHERE rule = '{RULE}' ORDER BY scope, county_code")
    assert found == [
        ("county", NEIGHBOUR, 9, 9, None, False),
        # The 25 right ones were checked before; of the 200 latest 9 were right.
        ("county", MANY, 200, 9, 0.045, True),
        ("county", FEW, 31, 15, 15 / 31, False),
        ("province", None, 200, found[-1][3], found[-1][3] / 200, False),
    ]
    # The five checked again, then those of the second day by their IDs.
    assert 9 <= found[-1][3] <= 24


def test_answers_count_from_the_day_they_are_delivered(home) -> None:
    assert asked(home, "SELECT sum(checked) FROM precision", DAY - timedelta(days=1)) == [(0,)]
    assert asked(home, "SELECT count(*) FROM precision_recent", DAY - timedelta(days=1)) == [(0,)]


def legend(settings: Settings, county: str) -> str:
    return "\n".join(str(cell) for cells in sheet(settings, county, "说明", DAY) for cell in cells if cell != "")


def test_the_legend_says_how_often_a_rule_was_right_in_the_county_or_else_the_province(home) -> None:
    assert "：寿县最近核查的200条中4.5%属实。▲" in legend(home, MANY)
    assert "：岳西县最近核查的31条中48%属实。\n" in legend(home, FEW)
    # Its own nine tell nothing.
    everywhere = re.search("：(.*)最近核查的200条中(\\d+)%属实。\n", legend(home, NEIGHBOUR))
    assert everywhere and everywhere[1] == "全省" and 4 <= int(everywhere[2]) <= 12
