"""One installation for all cases of a date and of the same reference tables: deliver, stage, reconcile, look up.

Each case lives in counties of its own, with its own people, so cases can't see each other.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.exports import LEVELS, states, warnings
from pipelines.feeds import FEEDS
from pipelines.settings import Settings
from pipelines.staging.identities import Identities
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.kept import kept
from worlds import people
from worlds.casefile import Case
from worlds.references import write_reference
from worlds.rows import OWN, PLACES


class Place:
    """What the words of a case stand for: its counties, its people and its own numbers."""

    def __init__(self, case: Case) -> None:
        self.case = case
        prefecture, county = divmod(case.number, 49)
        self.counties = {
            "here": f"{3420 + prefecture}{2 * county + 1:02d}",
            "neighbour": f"{3420 + prefecture}{2 * county + 2:02d}",
            "there": f"{3460 + prefecture}{2 * county + 1:02d}",
        }
        self.labels: list[str] = []
        self.numbers: set[str] = set()

    def id_number(self, label: str) -> str:
        born = date.fromisoformat(self.case.born.get(label, "1980-05-01"))
        return people.id_number(self.counties["here"], born, self._order(label) + 1)

    def name(self, label: str) -> str:
        return people.name(self.case.number * 12 + self._order(label))

    def _order(self, label: str) -> int:
        if label not in self.labels:
            self.labels.append(label)
        return self.labels.index(label)

    def own(self, column: str, value: Any) -> str:
        """A value of a column that must not be another case's."""
        here = self.counties["here"]
        own = f"{here}{sum(map(ord, str(value))):08d}" if column == "bank_account" else f"{here}-{value}"
        self.numbers.add(own)
        return own

    def cells(self, feed: str, row: dict[str, Any], number: int) -> dict[str, str]:
        """One delivered row: column → cell."""
        cells = {"id_number": self.id_number(row["who"]), "name": self.name(row["who"])}
        if feed == "feedback":
            cells = {}
        for column in FEEDS[feed].columns:
            value = row.get(column.name, "")
            if column.name == "name" and value:
                cells["name"] = self.name(value)
            elif column.name in OWN and "E+" not in str(value) and (value != "" or column.key):
                cells[column.name] = self.own(column.name, value if value != "" else f"{feed}{number}")
            elif value in self.counties and column.name in PLACES:
                cells[column.name] = self.counties[value] + PLACES[column.name]
            elif value != "" or column.name not in cells:
                cells[column.name] = str(value)
        return cells

    def key(self, said: str) -> str:
        """The subject key that a case writes with labels, counties and its own numbers."""
        return "|".join(self._part(part) for part in said.split("|"))

    def _part(self, part: str) -> str:
        if part in self.labels:
            return self.id_number(part)
        own = f"{self.counties['here']}-{part}"
        return self.counties.get(part) or (own if own in self.numbers else part)

    def owns(self, key: str) -> bool:
        """Whether a subject key is of this case."""
        mine = {*map(self.id_number, self.labels), *self.counties.values(), *self.numbers}
        return not mine.isdisjoint(key.split("|"))


def deliver(settings: Settings, places: Sequence[Place], day: date) -> None:
    """Write the rows of the cases into landing, one file a feed and delivery date."""
    deliveries: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for place in places:
        for feed, rows in place.case.rows.items():
            for number, row in enumerate(rows, start=1):
                delivered_on = row.get("delivered_on") or str(day - timedelta(days=1))
                deliveries[feed, delivered_on].append(place.cells(feed, row, number))
    for (feed, delivered_on), rows in deliveries.items():
        folder = settings.landing / feed / delivered_on
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "cases.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in FEEDS[feed].columns])
            writer.writeheader()
            writer.writerows(rows)


class World:
    """All cases of one date and one set of reference tables, run once."""

    def __init__(self, home: Path, cases: Sequence[Case]) -> None:
        self.day, reference = date.fromisoformat(cases[0].date), cases[0].reference
        self.settings = Settings(home, home / "reference", b"a key for tests")
        self.places: dict[str, Place] = {}
        for number, case in enumerate(cases):
            case.number = number
            self.places[case.id] = Place(case)
        assert len(self.places) == len(cases), "two cases of a rule have the same name"
        deliver(self.settings, list(self.places.values()), self.day)
        counties = {number: place.counties for number, place in enumerate(self.places.values())}
        write_reference(self.settings.reference, reference, self.day, [(c, counties[c.number]) for c in cases])
        stage(self.settings, self.day)
        reconcile(self.settings, self.day)

    def _kept(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(kept(self.settings, self.day, table))

    @cached_property
    def hits(self) -> dict[str, list[dict[str, Any]]]:
        """Rule → what it says: key, level, county, whether it holds or only would without its window, and evidence."""
        identities = Identities(self.settings)
        evidence: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self._kept("evidence").iter_rows(named=True):
            evidence[row["rule"], row["subject_key"]][row["feed"]] += 1
        hits = self._kept("hits")
        texts = {
            column: dict(identities.texts(kind, hits[column].drop_nulls().unique()).iter_rows())
            for column, kind in (("key_person", "id"), ("key_employer", "text"))
        }
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in hits.iter_rows(named=True):
            parts = [texts["key_person"].get(row["key_person"]), texts["key_employer"].get(row["key_employer"])]
            found[row["rule"]].append(
                {
                    "key": "|".join(part for part in (*parts, row["key_rest"]) if part),
                    "level": LEVELS[row["level"]],
                    "county": row["county_code"],
                    "holds": row["in_window"] and row["is_judged"],
                    "evidence": dict(evidence[row["rule"], row["subject_key"]]),
                }
            )
        return found

    @cached_property
    def states(self) -> dict[str, tuple[str, str, str]]:
        """ID number → state, since, cause, as they are exported."""
        table = states(self.settings, self.day)
        return {row[0]: tuple("" if cell is None else str(cell) for cell in row[1:]) for row in table.iter_rows()}

    def warnings(self) -> list[dict[str, Any]]:
        """What `fanpin export warnings` gives."""
        return warnings(self.settings, self.day).to_dicts()

    def of(self, case: Case) -> list[dict[str, Any]]:
        """What the case's rule says of the case's own people, employers, households and payments."""
        place = self.places[case.id]
        return [hit for hit in self.hits[case.rule] if place.owns(hit["key"])]


class Worlds:
    """The worlds that cases are packed into, each run when the first of its cases asks for it."""

    def __init__(self, cases: Sequence[Case], new_home: Callable[[], Path]) -> None:
        self._cases: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in cases:
            self._cases[case.date, case.reference].append(case)
        self._new_home = new_home
        self._worlds: dict[tuple[str, str], World] = {}

    def of(self, case: Case) -> World:
        which = case.date, case.reference
        if which not in self._worlds:
            self._worlds[which] = World(self._new_home(), self._cases[which])
        return self._worlds[which]
