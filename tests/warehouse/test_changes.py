"""A day worked out from the one before it concludes what it concludes when it is worked out whole."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from worlds.casefile import Case, read_cases
from worlds.references import write_reference
from worlds.rows import OWN, full
from worlds.world import Place, deliver

from pipelines.feeds import FEEDS
from pipelines.gates.review import release
from pipelines.reference import Reference
from pipelines.settings import FanpinError, Settings
from pipelines.staging.stage import stage
from pipelines.warehouse.changes import Turn, carries_on, turns
from pipelines.warehouse.day import held, reconcile
from pipelines.warehouse.engine import SQL, Engine
from pipelines.warehouse.kept import KEPT, all_kept_files, digest, kept, kept_folder, kept_select

RULES = Path(__file__).parents[1] / "rules"
CASES = [case for path in sorted(RULES.glob("*.toml")) for case in read_cases(path)]

Row = dict[str, Any]

#: So that some deliveries are held, and some feeds stop.
STRICT = {
    "gate_min_rows": 1,
    "gate_min_share": 1,
    "gate_quarantine_rows": 5,
    "gate_quarantine_share": 0.1,
    "max_age_employment": 2,
    "max_age_posts": 4,
}


class Lives:
    """What offices say of the people of some cases, day after day: late, corrected, and not always right."""

    def __init__(self, number: int, cases: int) -> None:
        self.chance = random.Random(number)
        first = date(2025, 6, 2) + timedelta(days=self.chance.randrange(20))
        self.days = [first]
        while len(self.days) < 5:
            self.days.append(self.days[-1] + timedelta(days=self.chance.choice((1, 1, 1, 1, 2, 5))))
        self.pool: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for case in CASES:
            for feed, rows in case.rows.items():
                for row in rows:
                    for column, value in row.items():
                        self.pool[feed, column].append(value)
        drawn = self.chance.sample(CASES, len(CASES))
        one_a_rule = {case.rule: case for case in drawn}
        rest = [case for case in drawn if one_a_rule[case.rule] is not case]
        lives = [self._life(case) for case in [*one_a_rule.values(), *rest][:cases]]
        for place_number, case in enumerate(lives):
            case.number = place_number
        self.places = [Place(case) for case in lives]

    def deliver(self, settings: Settings) -> None:
        deliver(settings, self.places, self.days[0])
        counties = [(place.case, place.counties) for place in self.places]
        write_reference(settings.reference, "", self.days[0], counties)
        with open(settings.reference / "counties.csv", "a", encoding="utf-8") as file:
            known = sorted({code for _, codes in counties for code in codes.values()})
            file.writelines(f"{code},{code}县,{code[:4]},{code[:4]}市\n" for code in known)
        with open(settings.reference / "parameters.csv", "a", encoding="utf-8") as file:
            file.writelines(f"{name},,{value},2021-08-01,,stricter\n" for name, value in STRICT.items())

    def correct(self, after: date) -> None:
        """Have some rows said again, differently, in deliveries of a day that has passed."""
        for place in self.chance.sample(self.places, len(self.places) // 5):
            for feed, rows in place.case.rows.items():
                if rows and not FEEDS[feed].snapshot:
                    rows.append(
                        self._otherwise(place.case, feed, self.chance.choice(rows)) | {"delivered_on": str(after)}
                    )

    def _life(self, case: Case) -> Case:
        case, late = deepcopy(case), timedelta(days=self.chance.randrange(-4, 12))
        before = str(self.days[0] - timedelta(days=1))
        for feed, rows in case.rows.items():
            for number, row in enumerate(rows):
                for column in FEEDS[feed].columns:
                    if column.key and column.name in OWN:
                        row.setdefault(column.name, f"{feed}{number}")
                for column, value in row.items():
                    if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
                        row[column] = str(min(date.fromisoformat(value), date(9990, 1, 1)) + late)
                at_first = FEEDS[feed].snapshot or self.chance.random() < 0.9
                row["delivered_on"] = before if at_first else self._day()
            if FEEDS[feed].snapshot:
                for day in {self._day() for _ in range(self.chance.randrange(3))}:
                    rows += [self._again(case, feed, row) | {"delivered_on": day} for row in self._most(rows)]
            else:
                rows += [self._again(case, feed, row) | {"delivered_on": self._day()} for row in self._few(rows)]
        return case

    def _day(self) -> str:
        return str(self.chance.choice(self.days))

    def _most(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self.chance.random() < 0.85]

    def _few(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self.chance.random() < 0.3]

    def _again(self, case: Case, feed: str, row: Row) -> Row:
        return self._otherwise(case, feed, row) if self.chance.random() < 0.5 else dict(row)

    def _otherwise(self, case: Case, feed: str, row: Row) -> Row:
        """The row about somebody else, under another name, without a readable ID number, or with another cell."""
        what = self.chance.random()
        if what < 0.15:
            return row | {"who": self.chance.choice("甲乙丙")}
        if what < 0.25:
            return row | {"name": self.chance.choice("甲乙丙")}
        if what < 0.35:
            return row | {"id_number": "12345"}
        columns = [column.name for column in FEEDS[feed].columns if (feed, column.name) in self.pool and not column.key]
        column = self.chance.choice(columns)
        return row | {column: self.chance.choice(self.pool[feed, column])}


def rows(settings: Settings, day: date, table: str) -> list[tuple]:
    with Engine(settings.home / "scratch") as engine:
        return engine.rows(table, f"SELECT * FROM ({kept_select(settings, day, table)}) ORDER BY ALL")


def same(changes: Settings, whole: Settings, days: list[date]) -> None:
    """Both homes must have concluded the same on these days."""
    for day in days:
        if digest(changes, kept_folder(changes, day)) != digest(whole, kept_folder(whole, day)):
            different = [table for table in KEPT if rows(changes, day, table) != rows(whole, day, table)]
            raise AssertionError(f"{day} differs in {different}")


@pytest.mark.parametrize("number", range(2))
def test_what_changed_is_all_that_has_to_be_worked_out(number, tmp_path, monkeypatch) -> None:
    lives = Lives(number, 60)
    changes = Settings(tmp_path / "changes", tmp_path / "reference", b"a key for tests")
    whole = Settings(tmp_path / "whole", changes.reference, changes.key)
    said: list[str] = []

    def run(days: list[date]) -> None:
        lives.deliver(changes)
        stage(changes, lives.days[-1])
        monkeypatch.setenv("FANPIN_DAYS", "changes")
        for day in days:
            reconcile(changes, day, said.append)
        for part in ("staging", "identities", "gates"):
            shutil.rmtree(whole.home / part, ignore_errors=True)
            if (changes.home / part).exists():
                shutil.copytree(changes.home / part, whole.home / part)
        monkeypatch.setenv("FANPIN_DAYS", "whole")
        for day in days:
            reconcile(whole, day)
        same(changes, whole, lives.days)

    run([lives.days[0], *lives.chance.sample(lives.days[1:], len(lives.days) - 1)])
    again = lives.chance.randrange(1, len(lives.days) - 1)
    lives.correct(lives.days[again])
    for scope in lives.chance.sample(list(held(changes, lives.days[-1]).scopes), 2):
        place = scope.county_code, scope.department
        release(changes, scope.feed, scope.delivered_on, *place, None, "张主任", "属实")
    run(lives.chance.sample(lives.days[again:], len(lives.days) - again))
    # The days after a corrected one are run again before it, too: what it kept is no longer what it would conclude.
    tried, whole_after_all = (sum(words in line for line in said) for words in ("what changed", "worked out whole"))
    assert tried - whole_after_all >= 3, "else nothing was shown"


WORKS = {"record_no": "工1"}
TO_A, TO_B = {"bank_account": "6217 0001", "payment_no": "付1"}, {"bank_account": "6217 0002", "payment_no": "付1"}
OTHER, THERE = {"who": "乙"}, {"who": "丙", "village_code": "neighbour"}
TWO_STOPS = {"parameters": {"mass_stop_persons": 2, "mass_stop_share": 0.5}}
STOPPED, OWES = {"state": "暂停缴费"}, {"payment": "欠费"}
#: What somebody else's row, or a day, changes: rule, rows, how often the rule holds the day before and on the day, and
#: what differs from the defaults of cases. Rows that say `new` come on the day.
OTHERS: dict[str, tuple[str, dict[str, list[Row]], int, int, Row]] = {
    "one of two who share an account is paid to another": (
        "subsidy_account_shared",
        {
            "registry": [{}, OTHER | {"household_no": "户2"}],
            "subsidies": [
                TO_A,
                OTHER | TO_A | {"payment_no": "付2"},
                OTHER | TO_B | {"payment_no": "付2", "new": True},
            ],
        },
        2, 0, {},
    ),
    "somebody of the county is the first to be paid for a month": (
        "subsidy_unpaid", {"posts": [{"on_post_from": "2025-05-01"}], "subsidies": [OTHER | {"new": True}]}, 0, 1, {},
    ),
    "the only one who was paid for a month gave it back": (
        "subsidy_unpaid",
        {
            "posts": [{"on_post_from": "2025-05-01"}],
            "subsidies": [OTHER | {"payment_no": "付1"}, OTHER | {"payment_no": "付1", "status": "退回", "new": True}],
        },
        1, 0, {},
    ),
    "the only one of a household at work lost it": (
        "no_worker_household",
        {
            "registry": [{"willing": "是"}, OTHER],
            "employment": [OTHER | WORKS, OTHER | WORKS | {"ended_on": "2025-06-17", "new": True}],
        },
        0, 1, {},
    ),
    "a record of work turns out to be somebody else's": (
        "no_worker_household",
        {
            "registry": [{"willing": "是"}, OTHER | {"household_no": "户2"}],
            "employment": [WORKS, OTHER | WORKS | {"new": True}],
        },
        0, 1, {},
    ),
    "the only one of a household at work moved to another county": (
        "no_worker_household",
        {
            "registry": [{"willing": "是"}, OTHER, THERE, OTHER | {"village_code": "neighbour", "new": True}],
            "employment": [OTHER],
        },
        0, 1, {},
    ),
    "somebody at work is no longer in the county moved to": (
        "no_worker_household",
        {
            "registry": [
                {"willing": "是"},
                OTHER,
                THERE | {"delivered_on": "2025-06-17"},
                OTHER | {"village_code": "neighbour", "delivered_on": "2025-06-17"},
                THERE | {"new": True},
            ],
            "employment": [OTHER],
        },
        1, 0, {},
    ),
    "a year has passed": (
        "no_worker_household", {"registry": [{}], "employment": [{"ended_on": "2024-06-17"}]}, 1, 0, {},
    ),
    "a birthday": (
        "post_over_age",
        {"posts": [{}]},
        0, 1, {"born": {"甲": "1965-06-18"}, "parameters": {"post_age_max": 60}},
    ),
    "a contract ends": ("post_contract_expired", {"posts": [{"contract_to": "2025-06-17"}]}, 0, 1, {}),
    "work is never too old, in days beyond any calendar": (
        "employment_unverified",
        {"registry": [{}], "employment": [{"updated_on": "2020-01-01"}]},
        0, 0, {"parameters": {"stale_days": 999_999}},
    ),
    "a row that may be the missing one is quarantined": (
        "post_not_target_group", {"registry": [OTHER, {"labour": "不明", "new": True}], "posts": [{}]}, 1, 0, {},
    ),
    "the registry came anew, without the row that was quarantined": (
        "post_not_target_group",
        {"registry": [OTHER, {"labour": "不明"}, OTHER | {"new": True}], "posts": [{}]},
        0, 1, {},
    ),
    "the ledger came anew, without somebody": (
        "subsidy_without_post",
        {"posts": [{}, OTHER | {"post_no": "岗2"}, OTHER | {"post_no": "岗2", "new": True}], "subsidies": [{}]},
        0, 1, {},
    ),
    "a second one loses an employer's cover": (
        "employer_mass_stop",
        {
            "registry": [{}, OTHER, {"who": "丙"}],
            "insurance": [STOPPED, OTHER, {"who": "丙"}, OTHER | STOPPED | {"new": True}],
        },
        0, 1, TWO_STOPS,
    ),
    "an employer comes to owe for a second one": (
        "employer_arrears",
        {"registry": [{}, OTHER], "insurance": [OWES, OTHER, OTHER | OWES | {"new": True}]},
        0, 1, {"parameters": {"arrears_persons": 2}},
    ),
}  # fmt: skip


def test_what_others_rows_and_a_day_change_is_worked_out(tmp_path, monkeypatch) -> None:
    before, day = date(2025, 6, 17), date(2025, 6, 18)
    places = []
    for number, (name, (rule, said, _, _, more)) in enumerate(OTHERS.items()):
        found: dict[str, list[Row]] = {}
        for feed, some in said.items():
            for row in some:
                [whole] = full(feed, {column: value for column, value in row.items() if column != "new"})
                came = {"delivered_on": str(day) if row.get("new") else row.get("delivered_on", "2025-06-16")}
                found.setdefault(feed, []).append(whole | came)
        more = {"born": {}, "parameters": {}} | more
        case = Case(rule=rule, kind="hit", name=name, date=str(day), rows=found, expect={}, number=number, **more)
        places.append(Place(case))
    changes = Settings(tmp_path / "changes", tmp_path / "reference", b"a key for tests")
    deliver(changes, places, day)
    write_reference(changes.reference, "", day, [(place.case, place.counties) for place in places])
    stage(changes, day)
    whole = Settings(tmp_path / "whole", changes.reference, changes.key)
    for part in ("staging", "identities"):
        shutil.copytree(changes.home / part, whole.home / part)
    said_of_day: list[str] = []
    for home, how in ((changes, "changes"), (whole, "whole")):
        monkeypatch.setenv("FANPIN_DAYS", how)
        reconcile(home, before)
        reconcile(home, day, said_of_day.append)
    assert sum("worked out whole" in line for line in said_of_day) == 0
    same(changes, whole, [before, day])
    for place, (name, (rule, _, then, now, _)) in zip(places, OTHERS.items(), strict=True):
        assert [holding(changes, on, rule, place) for on in (before, day)] == [then, now], name


def day_by_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch, days: list[date], rule: str, said: dict[str, list[Row]]
) -> tuple[Settings, Place, list[bool]]:
    """A home whose days were worked out by what changed, and are equal to those worked out whole; a place; and of each
    day whether it was worked out whole after all. Rows come on the day that `on` says (0-based).
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for feed, some in said.items():
        for row in some:
            [whole_row] = full(feed, {column: value for column, value in row.items() if column != "on"})
            rows[feed].append(whole_row | {"delivered_on": str(days[row.get("on", 0)])})
    place = Place(Case(rule, "hit", "a slip", str(days[-1]), rows, {}, {}, {}))
    changes = Settings(folder / "changes", folder / "reference", b"a key for tests")
    deliver(changes, [place], days[-1])
    write_reference(changes.reference, "", days[-1], [(place.case, place.counties)])
    stage(changes, days[-1])
    whole = Settings(folder / "whole", changes.reference, changes.key)
    for part in ("staging", "identities"):
        shutil.copytree(changes.home / part, whole.home / part)
    said_of: dict[date, list[str]] = {day: [] for day in days}
    for home, how in ((changes, "changes"), (whole, "whole")):
        monkeypatch.setenv("FANPIN_DAYS", how)
        for day in days:
            reconcile(home, day, said_of[day].append)
    same(changes, whole, days)
    return changes, place, [any("worked out whole" in line for line in said_of[day]) for day in days]


def test_a_county_is_gone_when_every_row_that_named_it_was_corrected(tmp_path, monkeypatch) -> None:
    days = [date(2025, 6, number) for number in range(17, 22)]
    ledger, paid = {"post_no": "岗2"}, {"payment_no": "付1"}
    allowance = paid | {"kind": "跨省交通补助"}
    said: dict[str, list[Row]] = {
        "registry": [{}, OTHER | {"village_code": "344002101001"}, {"on": 3}, OTHER | {"on": 3}],
        "posts": [{}, OTHER | ledger | {"village_code": "344001101001"}, {"on": 1}, OTHER | ledger | {"on": 1}],
        "subsidies": [
            paid | {"county_code": "neighbour"},
            paid | {"on": 2},
            {"payment_no": "付2", "county_code": "there", "period": "2023-05"},
        ],
        "allowances": [allowance | {"county_code": "344002"}, allowance | {"on": 3}],
        "deaths": [{"who": "丙", "on": 4}],
    }
    *_, whole = day_by_day(tmp_path, monkeypatch, days, "post_over_age", said)
    assert whole == [False, True, True, True, False], "and that once, not on every day that follows"


def test_nobody_is_missing_from_the_ledgers_of_a_county_whose_rows_are_all_overtaken(tmp_path, monkeypatch) -> None:
    days = [date(2025, 6, number) for number in range(17, 20)]
    ledger, neighbours = OTHER | {"post_no": "岗2"}, THERE | {"post_no": "岗3"}
    said: dict[str, list[Row]] = {
        "posts": [ledger, neighbours, ledger | {"village_code": "neighbour", "on": 1}, neighbours | {"on": 1}],
        "subsidies": [{}],
        "deaths": [{"who": "丙", "on": 2}],
    }
    home, place, whole = day_by_day(tmp_path, monkeypatch, days, "subsidy_without_post", said)
    assert [holding(home, day, "subsidy_without_post", place) for day in days] == [1, 0, 0]
    assert whole == [False, True, False]


def test_a_file_that_was_lost_is_missed(tmp_path) -> None:
    days = [date(2025, 6, number) for number in range(17, 21)]
    rows: dict[str, list[Row]] = {"registry": [], "deaths": []}
    for who, died in zip("甲乙丙", days[1:], strict=True):
        for feed, day in (("registry", days[0]), ("deaths", died)):
            rows[feed] += [row | {"delivered_on": str(day)} for row in full(feed, {"who": who})]
    places = [Place(Case("post_over_age", "hit", "deaths", str(days[-1]), rows, {}, {}, {}))]
    settings = Settings(tmp_path / "home", tmp_path / "reference", b"a key for tests")
    deliver(settings, places, days[-1])
    write_reference(settings.reference, "", days[-1], [(place.case, place.counties) for place in places])
    stage(settings, days[-1])
    for day in days:
        reconcile(settings, day)
    folder = kept_folder(settings, days[2])
    said = digest(settings, folder)
    known = {path: path.read_bytes() for path in all_kept_files(folder)}
    added = [path for path in known if path.stem.endswith("changed")]
    assert len(added) == 4, "one of each table that is carried on, and whose rows they are"
    for path in added:
        path.unlink()
        with pytest.raises(FanpinError, match=f"{path.name}.*fanpin run --date {days[2]}"):
            digest(settings, folder)
        path.write_bytes(known[path])
    (folder / "states.changed.parquet").unlink()
    assert not reconcile(settings, days[3]), "the day after says the same without it"
    (folder / "states.parquet").write_bytes(b"")  # the same file is all of these days'
    assert not reconcile(settings, days[2])
    assert digest(settings, folder) == said
    for name in ("states.parquet", "made_by.json"):
        (folder / name).unlink()
    assert reconcile(settings, days[2]), "nobody knows what it was before"
    assert digest(settings, folder) == said


def holding(settings: Settings, day: date, rule: str, place: Place) -> int:
    """How often a rule holds in the counties of a place."""
    hits = pl.read_parquet(kept(settings, day, "hits")).filter(rule=rule, in_window=True, is_judged=True)
    return hits.filter(pl.col("county_code").is_in(list(place.counties.values()))).height


def comparisons() -> set[Turn]:
    """What sql/ compares with the run date, as DuckDB parses it."""
    found = set()
    for folder in ("truth", "identity", "state", "rules"):
        for path in sorted((SQL / folder).glob("*.sql")):
            text = path.read_text(encoding="utf-8")
            [(tree,)] = duckdb.execute("SELECT json_serialize_sql(?)", [text]).fetchall()
            for node in nodes(json.loads(tree)):
                sides = [node.get("left"), node.get("right")]
                if node.get("class") == "COMPARISON" and sum(map(of_run_date, sides)) == 1:
                    before, equal = SIGNS[node["type"]]
                    column, bound = sides if of_run_date(sides[1]) else sides[::-1]
                    if of_run_date(sides[0]):
                        before = not before
                    found.add(Turn(names(column)[0], days(bound), 0 if before == equal else -1))
    return found


#: Whether the left side lies before the right one, and whether both may be the same.
SIGNS = {
    "COMPARE_LESSTHAN": (True, False),
    "COMPARE_LESSTHANOREQUALTO": (True, True),
    "COMPARE_GREATERTHAN": (False, False),
    "COMPARE_GREATERTHANOREQUALTO": (False, True),
}


def nodes(tree: Any) -> Iterator[dict]:
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(part)


def names(tree: Any) -> list[str]:
    return [node["column_names"][-1] for node in nodes(tree) if node.get("class") == "COLUMN_REF"]


def of_run_date(tree: Any) -> bool:
    """Whether it is the run date, with some days more or less; not a number made of its month and day."""
    functions = {node["function_name"] for node in nodes(tree) if node.get("class") == "FUNCTION"}
    return "run_date" in names(tree) and functions <= {"+", "-"}


def days(bound: dict) -> int | str:
    if bound["class"] == "COLUMN_REF":
        return 0
    [by] = [name for name in names(bound) if name != "run_date"] or [
        int(node["literal"]["text"]) for node in nodes(bound) if node.get("class") == "CONSTANT"
    ]
    if isinstance(by, str):
        assert bound["function_name"] == "-"
        return by
    return -by if bound["function_name"] == "-" else by


def test_every_comparison_with_the_run_date_is_known() -> None:
    known = {turn for turn in comparisons() if turn.column not in ("first_day", "valid_from", "valid_to")}
    assert turns() == known
    delivered = {column.staged for feed in FEEDS.values() for column in feed.columns if "date" in column.type}
    assert {turn.column for turn in known} <= {"since", *delivered}


def test_nothing_is_carried_on_over_a_day_on_which_much_turns() -> None:
    spans = {"parameters": ("valid_from", "valid_to"), "instruments": ("in_force_from", "in_force_to")}
    empty = {name: pl.DataFrame(schema=dict.fromkeys(columns, pl.Date)) for name, columns in spans.items()}

    def between(before: date, day: date, **tables: pl.DataFrame) -> bool:
        return carries_on(Reference(empty | tables), before, day)

    assert between(date(2025, 6, 2), date(2025, 6, 15))
    assert between(date(2025, 6, 16), date(2025, 6, 30))
    assert not between(date(2025, 6, 15), date(2025, 6, 16)), "payments of the month before are due by then"
    assert not between(date(2025, 5, 31), date(2025, 6, 1))
    assert not between(date(2024, 6, 3), date(2025, 6, 4))
    for name, (since, until) in spans.items():
        table = {name: pl.DataFrame({since: [date(2025, 6, 4)], until: [date(2025, 6, 9)]})}
        for first, last in ((4, 5), (8, 9), (10, 12)):
            assert between(date(2025, 6, first), date(2025, 6, last), **table)
        for first, last in ((3, 4), (9, 10), (3, 12)):
            assert not between(date(2025, 6, first), date(2025, 6, last), **table)
