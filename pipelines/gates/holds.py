"""Which deliveries are held: as if they had not come, until they are released or replaced by better ones.

Snapshots are held by scope and delivery date, other feeds by file. A hold depends on what was delivered up to then,
the gate parameters of the delivery date, the critical lines of the suites and the releases, so it is the same
whenever it is worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipelines.feeds import FEEDS, ORD_FILE, ord_of
from pipelines.gates.releases import Release
from pipelines.reference import Reference
from pipelines.staging.accounts import FileAccount
from pipelines.warehouse.engine import Engine

File = tuple[str, date, int]

#: A feed, and of a snapshot a county and department, of another feed a file's number: what fails on a delivery date.
Part = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Scope:
    """What a snapshot states of one scope on one date: its accepted rows, and the numbers of the files they are in."""

    feed: str
    county_code: str
    department: str | None
    delivered_on: date
    accepted: int
    files: tuple[int, ...]

    @property
    def place(self) -> tuple[str, str, str | None]:
        return self.feed, self.county_code, self.department


@dataclass
class Holds:
    """What is held, and why: whole files, and scopes of snapshots."""

    files: dict[File, str] = field(default_factory=dict)
    scopes: dict[Scope, str] = field(default_factory=dict)

    @property
    def touched(self) -> set[File]:
        """The files of which anything is held."""
        return self.files.keys() | {(s.feed, s.delivered_on, file) for s in self.scopes for file in s.files}

    def condition(self, feed: str) -> str:
        """A condition in SQL for the staged rows of `feed` that are held."""
        parts = [
            f"ord BETWEEN {ord_of(day, file, 0)} AND {ord_of(day, file, 0) + ORD_FILE - 1}"
            for name, day, file in sorted(self.files)
            if name == feed and not FEEDS[feed].snapshot
        ]
        for scope in self.scopes:
            if scope.feed == feed:
                department = f" AND department = '{scope.department}'" if scope.department else ""
                parts.append(
                    f"(delivered_on = DATE '{scope.delivered_on}' "
                    f"AND substr(village_code, 1, 6) = '{scope.county_code}'{department})"
                )
        return " OR ".join(parts)

    def days(self, feed: str) -> list[date]:
        """The delivery dates of `feed` on which anything is held."""
        days = {day for name, day, _ in self.files if name == feed}
        return sorted(days | {scope.delivered_on for scope in self.scopes if scope.feed == feed})


def holds(
    reference: Reference,
    accounts: list[FileAccount],
    scopes: list[Scope],
    released: list[Release],
    failing: Callable[[date, Holds], Mapping[Part, str]],
) -> Holds:
    """What is held of the deliveries of `accounts`, which state these scopes.

    `failing` says what of a delivery date fails a critical line of its suite, and why, given what is held before it.
    """
    bytes_of = {(a.feed, a.delivered_on, a.file): a.sha256 for a in accounts}
    given = {(r.feed, r.delivered_on, r.county_code, r.department, frozenset(r.sha256)) for r in released}
    found = Holds()

    def hold_file(place: File, why: str) -> None:
        if why and (*place[:2], None, None, frozenset([bytes_of[place]])) not in given:
            found.files.setdefault(place, why)

    def hold_scope(scope: Scope, why: str) -> None:
        shas = frozenset(bytes_of[scope.feed, scope.delivered_on, file] for file in scope.files)
        if why and (scope.feed, scope.delivered_on, scope.county_code, scope.department, shas) not in given:
            found.scopes.setdefault(scope, why)

    def hold_scopes_of_held_files(stated: list[Scope]) -> None:
        for scope in stated:
            if any((scope.feed, scope.delivered_on, file) in found.files for file in scope.files):
                hold_scope(scope, "来自暂存的文件")

    in_truth: dict[tuple[str, str, str | None], int] = {}
    for day in sorted({account.delivered_on for account in accounts}):
        stated = [scope for scope in scopes if scope.delivered_on == day]
        for account in accounts:
            if account.delivered_on == day:
                hold_file((account.feed, day, account.file), _too_many_quarantined(reference, account))
        for scope in stated:
            hold_scope(scope, _too_small(reference, scope, in_truth.get(scope.place)))
        hold_scopes_of_held_files(stated)
        for (feed, county, part), why in failing(day, found).items():
            if not FEEDS[feed].snapshot:
                hold_file((feed, day, int(part or 0)), why)
            for scope in stated:
                if scope.place == (feed, county, part):
                    hold_scope(scope, why)
        in_truth |= {scope.place: scope.accepted for scope in stated if scope not in found.scopes}
    return found


def scopes(engine: Engine) -> list[Scope]:
    """Every scope of a snapshot and delivery date with accepted rows, by date."""
    found = []
    for feed, county, department, day, accepted, files in engine.rows(
        "snapshot_scopes",
        "SELECT feed, county_code, department, delivered_on, accepted, files FROM snapshot_scopes",
    ):
        numbers = tuple(sorted(int(number) for number in files.split(";")))
        found.append(Scope(feed, county, department, day, accepted, numbers))
    return sorted(found, key=lambda scope: (scope.delivered_on, *map(str, scope.place)))


def _too_small(reference: Reference, scope: Scope, before: int | None) -> str:
    share = reference.value("gate_min_share", scope.delivered_on, scope.county_code)
    rows = reference.value("gate_min_rows", scope.delivered_on, scope.county_code)
    if before is None or share is None or rows is None or before < rows or scope.accepted >= share * before:
        return ""
    return f"只有{scope.accepted}行有效，此前一次为{before}行"


def _too_many_quarantined(reference: Reference, account: FileAccount) -> str:
    share = reference.value("gate_quarantine_share", account.delivered_on)
    rows = reference.value("gate_quarantine_rows", account.delivered_on)
    if share is None or rows is None or account.read < rows or account.quarantined <= share * account.read:
        return ""
    return f"读取{account.read}行，其中{account.quarantined}行被隔离"


def visible(feed: str, found: Holds, keys: Iterable[str], columns: Iterable[str]) -> str:
    """A SELECT of the rows of a feed that are not held; a row superseded by a held one stands again."""
    days, columns = found.days(feed), list(columns)
    if not days:
        return f"SELECT {', '.join(columns)} FROM delivered_{feed}"
    dates = ", ".join(f"DATE '{day}'" for day in days)
    newest = f"max(ord) OVER (PARTITION BY delivered_on, {', '.join(keys)})"
    again = ", ".join(f"ord < {newest} AS superseded" if column == "superseded" else column for column in columns)
    return (
        f"SELECT {', '.join(columns)} FROM delivered_{feed} WHERE delivered_on NOT IN ({dates}) UNION ALL "
        f"SELECT {again} FROM delivered_{feed} WHERE delivered_on IN ({dates}) AND NOT ({found.condition(feed)})"
    )


def held_rows(feed: str, found: Holds) -> str:
    """A SELECT of whom the accepted rows of held deliveries of a feed name; nothing where nothing is held."""
    condition = found.condition(feed) or "FALSE"
    return f"SELECT '{feed}' AS feed, person, name_key, delivered_on FROM delivered_{feed} WHERE {condition}"


def kept_holds(engine: Engine) -> Holds:
    """What is held by the tables `deliveries` and `held_scopes` that a day keeps; reasons, and files of scopes, are not
    kept.
    """
    files = engine.rows("deliveries", "SELECT feed, delivered_on, file FROM deliveries WHERE status = 'held'")
    scopes = engine.rows("held_scopes", "SELECT feed, county_code, department, delivered_on FROM held_scopes")
    return Holds({file: "" for file in files}, {Scope(*scope, 0, ()): "" for scope in scopes})


def held_scopes(found: Holds) -> pl.DataFrame:
    """`feed`, `county_code`, `department`, `delivered_on` of each scope of a snapshot that is held."""
    rows = [(scope.feed, scope.county_code, scope.department, scope.delivered_on) for scope in found.scopes]
    columns = {"feed": pl.String, "county_code": pl.String, "department": pl.String, "delivered_on": pl.Date}
    return pl.DataFrame(rows, schema=columns, orient="row")
