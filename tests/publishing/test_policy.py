"""The lists that the policy asks for: criteria at their bounds, townships that fell, the base year, key areas."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from worlds.county import COUNTY, deliver
from worlds.opening import folder, sheet
from worlds.people import id_number, name
from worlds.rows import DEFAULTS

from pipelines.main_job import run
from pipelines.publishing.frames import frame
from pipelines.publishing.policy import areas, derive_policy
from pipelines.settings import CHECKOUT, Settings
from pipelines.staging.identities import Identities
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings

MONTH_BEFORE, DAY = date(2025, 5, 30), date(2025, 6, 16)
VILLAGE = f"{COUNTY}101001"


@dataclass(frozen=True)
class One:
    """A person of the registry; who `works` has a record of work, which may have ended."""

    number: int
    born: str = "1990-06-16"
    woman: bool = False
    works: bool = False
    ended_on: str = ""
    village_code: str = VILLAGE
    says: tuple[tuple[str, str], ...] = ()

    @property
    def person(self) -> dict[str, str]:
        order = 2 * self.number + (0 if self.woman else 1)
        return {"name": name(self.number), "id_number": id_number(COUNTY, date.fromisoformat(self.born), order)}


#: Columns of the registry that some of them fill in.
EMPTY = dict.fromkeys(("low_income", "willing", "relocated", "site_code"), "")


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def installation(
    home: Path, people: list[One], earlier: Sequence[One] = (), **tables: list[dict[str, Any]]
) -> Settings:
    """A county on `DAY`, and on a day of the month before with the people as they were then."""
    settings = Settings(home / "home", home / "reference", b"a key for tests")
    shutil.copytree(CHECKOUT / "data" / "reference", settings.reference)
    for table, rows in tables.items():
        write(settings.reference / f"{table}.csv", rows)
    for day, known in ((MONTH_BEFORE, earlier), (DAY, people)):
        if not known:
            continue
        registry = [
            one.person
            | DEFAULTS["registry"]
            | EMPTY
            | {"village_code": one.village_code, "household_no": "户"}
            | dict(one.says)
            for one in known
        ]
        deliver(settings, "registry", registry, day)
        work = {"work_region": COUNTY, "started_on": "2020-01-01", "updated_on": str(day)}
        records = [
            one.person | DEFAULTS["employment"] | work | {"record_no": f"录{one.number}", "ended_on": one.ended_on}
            for one in known
            if one.works or one.ended_on
        ]
        deliver(settings, "employment", records, day)
        stage(settings, day)
        reconcile(settings, day)
    return settings


def derived(settings: Settings, *tables: str) -> list[pl.DataFrame]:
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, DAY)
        derive_policy(engine, settings, DAY)
        return [areas(engine) if table == "areas" else frame(engine, table) for table in tables]


WORKER = One(1, works=True)
LOW, EDGE, ALONE = (("low_income", "低保"),), (("low_income", "低保边缘"),), (("household_no", "另一户"),)
#: Who, and the criteria met. All but who lives alone share a household with somebody who works.
CRITERIA = {
    "a man of fifty today": (One(2, "1975-06-16"), {"age"}),
    "a man of fifty tomorrow": (One(3, "1975-06-17"), set()),
    "a woman of forty today": (One(4, "1985-06-16", woman=True), {"age"}),
    "a woman of forty tomorrow": (One(5, "1985-06-17", woman=True), set()),
    "a man of forty": (One(6, "1985-06-16"), set()),
    "without work for a year today": (One(7, ended_on="2024-06-15"), {"unemployed"}),
    "without work for a year tomorrow": (One(8, ended_on="2024-06-16"), set()),
    "low income": (One(9, says=LOW), {"low_income"}),
    "nearly low income": (One(10, says=EDGE), set()),
    "low income and at work": (One(11, works=True, says=LOW), set()),
    "low income and not willing": (One(12, says=(*LOW, ("willing", "否"))), set()),
    "old, and poor": (One(13, "1970-01-01", says=LOW), {"age", "low_income"}),
    "in a household where nobody works": (One(14, says=ALONE), {"zero_employment"}),
    "a child of that household": (One(15, "2015-01-01", says=ALONE), set()),
}


@pytest.fixture(scope="module")
def criteria(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, set[str]]]:
    """The installation of all of them, and the criteria found by ID number."""
    settings = installation(tmp_path_factory.mktemp("criteria"), [WORKER, *(one for one, _ in CRITERIA.values())])
    return settings, met(settings)


def met(settings: Settings) -> dict[str, set[str]]:
    [rows] = derived(settings, "hard_to_employ")
    texts = dict(Identities(settings).texts("id").iter_rows())
    found: dict[str, set[str]] = {}
    for person, criterion in rows.select("person", "criterion").iter_rows():
        found.setdefault(texts[person], set()).add(criterion)
    return found


@pytest.mark.parametrize("who", CRITERIA)
def test_a_criterion_is_met_at_its_bound_and_not_before(criteria, who) -> None:
    one, expected = CRITERIA[who]
    assert criteria[1].get(one.person["id_number"], set()) == expected


def test_a_criterion_without_a_value_in_force_is_met_by_nobody(criteria, tmp_path) -> None:
    settings, _ = criteria
    reference = tmp_path / "reference"
    shutil.copytree(settings.reference, reference)
    row = {
        "parameter": "hard_age_men",
        "county_code": "",
        "value": 50,
        "valid_from": "2021-07-07",
        "valid_to": "2025-06-15",
    }
    own = {
        "parameter": "hard_unemployed_months",
        "county_code": COUNTY,
        "value": 11,
        "valid_from": "2025-01-01",
        "valid_to": "",
    }
    write(reference / "policy_parameters.csv", [each | {"source": ""} for each in (row, own)])
    found = met(replace(settings, reference=reference))
    assert set(found) == {one.person["id_number"] for one in (CRITERIA[w][0] for w in CRITERIA) if one.number in (7, 8)}
    assert all(criteria == {"unemployed"} for criteria in found.values())


def indicators(settings: Settings) -> dict[tuple[str, str], dict[str, Any]]:
    [rows] = derived(settings, "areas")
    return {(row["kind"], row["area"]): row for row in rows.iter_rows(named=True)}


PARAMETERS = [
    {
        "parameter": parameter,
        "county_code": county,
        "value": value,
        "valid_from": "2021-07-07",
        "valid_to": "",
        "source": "",
    }
    for parameter, county, value in (
        ("township_drop_share", "", "0.5"),
        ("township_drop_persons", "", "2"),
        ("base_year", "", "2025"),
        ("hold_share", "", "1"),
    )
]


def workers(first: int, working: int, without: int, township: str, **says: str) -> list[One]:
    """So many people of a township who work, and whose work has ended."""
    more = {"village_code": f"{COUNTY}{township}001", "says": tuple(says.items())}
    ended = {True: "", False: "2025-06-01"}
    return [One(first + n, works=True, ended_on=ended[n < working], **more) for n in range(working + without)]


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """101 fell by two of four; 102 by one of three; 103 by two of five; 104 has nobody any more."""
    moved = {"relocated": "是", "site_code": "点1"}
    before = [
        *workers(1, 4, 0, "101"),
        *workers(11, 3, 0, "102"),
        *workers(21, 5, 0, "103", **moved),
        *workers(31, 2, 0, "104"),
    ]
    now = [*workers(1, 2, 2, "101"), *workers(11, 2, 1, "102"), *workers(21, 3, 2, "103", **moved)]
    now.append(One(41, village_code=f"{COUNTY}103002", says=(("relocated", "是"),)))
    key_areas = [
        {"kind": "重点县", "area": "寿县", "code": COUNTY},
        {"kind": "蓄滞洪区", "area": "某蓄洪区", "code": f"{COUNTY}101"},
        {"kind": "蓄滞洪区", "area": "某蓄洪区", "code": f"{COUNTY}102001"},
        {"kind": "蓄滞洪区", "area": "别县的", "code": "340421101"},
    ]
    return installation(
        tmp_path_factory.mktemp("areas"), now, before, policy_parameters=PARAMETERS, key_areas=key_areas
    )


def test_a_township_that_fell_by_the_share_and_the_persons_is_marked(two_months) -> None:
    found = indicators(two_months)
    fell = {area: row["has_dropped"] for (kind, area), row in found.items() if kind == "乡镇"}
    assert fell == {
        f"{COUNTY}{n}": dropped for n, dropped in (("101", True), ("102", False), ("103", False), ("104", True))
    }
    one = found["乡镇", f"{COUNTY}101"]
    assert (one["labour_force"], one["employed"], one["without_work"], one["employed_month"]) == (4, 2, 2, 4)


def test_the_scale_is_held_against_the_base_year(two_months) -> None:
    whole = indicators(two_months)["县", COUNTY]
    assert (whole["base_year"], whole["employed_base"], whole["employed"], whole["is_held"]) == (2025, 14, 7, False)


@pytest.mark.parametrize(("scale", "share", "is_held"), [(7, 1, True), (8, 1, False), (8, "0.8", True)])
def test_a_scale_of_the_countys_own_comes_before_what_was_run(two_months, tmp_path, scale, share, is_held) -> None:
    shutil.copytree(two_months.reference, tmp_path / "reference")
    rows = [row for row in PARAMETERS if row["parameter"] != "hold_share"]
    own = [("base_scale", COUNTY, scale), ("hold_share", "", share)]
    rows += [PARAMETERS[0] | {"parameter": p, "county_code": c, "value": v} for p, c, v in own]
    write(tmp_path / "reference" / "policy_parameters.csv", rows)
    whole = indicators(replace(two_months, reference=tmp_path / "reference"))["县", COUNTY]
    assert (whole["employed_base"], whole["is_held"]) == (scale, is_held)


def test_without_a_base_nothing_is_said_of_it(two_months, tmp_path) -> None:
    shutil.copytree(two_months.reference, tmp_path / "reference")
    rows = [row | ({"value": "2020"} if row["parameter"] == "base_year" else {}) for row in PARAMETERS]
    write(tmp_path / "reference" / "policy_parameters.csv", rows)
    whole = indicators(replace(two_months, reference=tmp_path / "reference"))["县", COUNTY]
    assert (whole["base_year"], whole["employed_base"], whole["is_held"]) == (None, None, None)


def test_relocation_sites_and_key_areas_count_their_own_people(two_months) -> None:
    found = {
        key: (row["labour_force"], row["employed"])
        for key, row in indicators(two_months).items()
        if key[0] not in ("县", "乡镇")
    }
    assert found == {
        ("易地搬迁安置点", "点1"): (5, 3),
        ("易地搬迁安置点", "未填安置点"): (1, 0),
        ("重点县", "寿县"): (13, 7),
        ("蓄滞洪区", "某蓄洪区"): (7, 4),
    }


def test_a_county_sees_the_people_and_the_places_of_its_own(published) -> None:
    """On the sample: the sheets hold what the analysts' file says of the county, and nobody else."""
    for code in ("340422", "340828"):
        rows = sheet(published, code, "就业困难人员")[3:]
        numbers = {row[4] for row in rows}
        with duckdb.connect(str(folder(published) / "fanpin.duckdb"), read_only=True) as database:
            people = database.execute("SELECT DISTINCT person FROM hard_to_employ WHERE county_code = ?", [code])
            keys = pl.Series([person for (person,) in people.fetchall()])
            [(places,)] = database.execute("SELECT count(*) FROM areas WHERE county_code = ?", [code]).fetchall()
        assert numbers == set(Identities(published).texts("id", keys)["text"]) and len(rows) == len(numbers) > 5
        assert len(sheet(published, code, "考核和重点区域")[3:]) == places
        assert all(row[8] for row in rows)


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "{:.6} {:.8} {:.4}",
        "{}\u3000号",
        "{:.17}",
        "户{}",
        "{:.6}\n{:.8}\t{:.4}",
        "{:.6}-{:.8}-{:.4}",
        "李大红户{}",
    ],
)
def test_an_id_number_typed_for_another_number_is_not_published(tmp_path, typed) -> None:
    """For the number of a household, of a relocation site, of a post: where it is no key, but shown."""
    numbers = [id_number(COUNTY, date(1990, 6, 16), 2 * number) for number in range(1, 4)]
    *codes, post_no = (typed.format(number, number[6:], number[14:]) for number in numbers)
    says = (("household_no", codes[0]), ("site_code", codes[1]), ("relocated", "是"))
    settings = installation(tmp_path, [One(1, says=says), One(2, works=True)])
    holder = (
        One(1).person | DEFAULTS["posts"] | {"post_no": post_no, "village_code": VILLAGE, "contract_to": "2025-01-31"}
    )
    deliver(settings, "posts", [holder], DAY)
    run(settings, DAY, DAY, lambda _: None)
    with duckdb.connect(str(folder(settings, DAY) / "fanpin.duckdb"), read_only=True) as database:
        [(home,)] = database.execute("SELECT household_no FROM persons WHERE household_no <> '户'").fetchall()
        [(area,)] = database.execute("SELECT area FROM areas WHERE kind = '易地搬迁安置点'").fetchall()
        posts = database.execute("SELECT post_no FROM posts").fetchall()
        subjects = database.execute("SELECT subject FROM warnings").fetchall()
    shown = [home, area, *(cell for (cell,) in posts), *(cell for (cell,) in subjects if cell)]
    assert len(posts) == 1 and len(shown) > 3
    assert all(len(re.sub(r"\D", "", cell.rpartition("|")[2])) < 15 for cell in shown)
    assert "***" in home and "***" in posts[0][0] and "李大红" not in home + posts[0][0]
    assert "***" in area
