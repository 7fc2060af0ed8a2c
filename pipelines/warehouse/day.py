"""One run date: from the staged deliveries dated on or before it to what is concluded, kept in a folder of its own.

What a day concludes is a function of those deliveries, the reference tables and the date. It is kept under
`warehouse/<date>/` as Parquet, and can be thrown away and worked out again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl

from pipelines.feeds import FEEDS, Feed
from pipelines.files import new_folder
from pipelines.gates.critical import failing
from pipelines.gates.holds import Holds, held_rows, held_scopes, holds, scopes, visible
from pipelines.gates.measures import count_deliveries, measure_conservation, measure_deliveries
from pipelines.gates.releases import releases
from pipelines.gates.suites import EXPECTATIONS, FEED_SUITES
from pipelines.parquet import read_parquet, write_parquet
from pipelines.reference import Reference, read_reference
from pipelines.settings import FanpinError, Settings, choice
from pipelines.staging.accounts import FileAccount, accounts, groups, quarantine_files, row_files
from pipelines.staging.schema import key_columns, sql_schema
from pipelines.staging.storage import place
from pipelines.warehouse.changes import OF_PERSONS, Changes, Unknown, carries_on
from pipelines.warehouse.conclusions import apply_rules, make_states
from pipelines.warehouse.engine import SQL, Engine, engine_name, months, open_engine, quoted, steps
from pipelines.warehouse.kept import CARRIED, KEPT, carry_on, digest, kept_folder, run_dates

#: The feeds on whose absence a rule rests: whom their quarantined or held rows name is in doubt.
ABSENCE_FEEDS = ("registry", "posts", "employment")

#: What is read of the quarantined rows: whom they name.
QUARANTINE_SCHEMA = {"feed": "VARCHAR", "delivered_on": "DATE", "person": "BIGINT", "name_key": "BIGINT"}


def set_up(
    engine: Engine, settings: Settings, day: date, reference: Reference, people: Collection[int] | None = None
) -> None:
    """Give the engine what the files of sql/ start from: the run, the reference tables, the staged rows.

    With `people`, deltas hold only the rows that may be theirs; snapshots are whole, for a scope's newest delivery
    is known from all of its rows.
    """
    known = accounts(settings, day)
    _give(engine, settings, day, reference, known, _held(engine, settings, day, reference, known), people)


def _give(
    engine: Engine,
    settings: Settings,
    day: date,
    reference: Reference,
    known: list[FileAccount],
    found: Holds,
    people: Collection[int] | None = None,
) -> None:
    """The same, once it is known what is held."""
    make_run(engine, day)
    load_constants(engine)
    for name, frame in reference.tables.items():
        engine.load(f"reference_{name}", frame)
    engine.load("reference_rule_feeds", reference.rule_feeds)
    engine.load("deliveries", deliveries(known, found))
    engine.load("held_scopes", held_scopes(found))
    for feed in FEEDS.values():
        files = row_files(settings, feed.name, day)
        engine.view(f"delivered_{feed.name}", files, sql_schema(feed), _whose(feed, files, people))
        engine.define(f"staged_{feed.name}", _staged(feed.name, found))
    engine.make("held_rows", " UNION ALL ".join(held_rows(feed, found) for feed in ABSENCE_FEEDS))
    quarantined = [path for feed in FEEDS for path in quarantine_files(settings, feed, day)]
    engine.view("staged_quarantine", quarantined, QUARANTINE_SCHEMA)


def make_run(engine: Engine, day: date) -> None:
    """Make `run`: one row, the run date and the number of its month, which sql/ compares with."""
    month = day.year * 12 + day.month - 1
    engine.make("run", f"SELECT DATE '{day}' AS run_date, CAST({month} AS INTEGER) AS run_month")


def load_constants(engine: Engine) -> None:
    """Make the tables that are the same on every day: `months`, and `feed_names` in Chinese."""
    engine.load("months", months())
    engine.load("feed_names", pl.DataFrame({"feed": list(FEEDS), "chinese": [f.chinese for f in FEEDS.values()]}))


def _staged(feed: str, found: Holds) -> str:
    """A SELECT of a feed's rows that are not held."""
    return visible(feed, found, key_columns(FEEDS[feed]), sql_schema(FEEDS[feed]))


def held(settings: Settings, day: date) -> Holds:
    """What is held of the deliveries dated on or before `day`."""
    with Engine(settings.home / "scratch") as engine:
        return _held(engine, settings, day, read_reference(settings.reference), accounts(settings, day))


def _held(engine: Engine, settings: Settings, day: date, reference: Reference, known: list[FileAccount]) -> Holds:
    """The same, of accounts that were read; the engine then has what sql/gates/ makes."""
    count_deliveries(engine, settings, day)
    for name, select in steps("gates").items():
        engine.make(name, select)

    def as_of(delivered_on: date, found: Holds) -> pl.DataFrame:
        return _measured_as_of(settings, delivered_on, reference, found)

    return holds(reference, known, scopes(engine), releases(settings), failing(engine, settings, known, as_of))


def _measured_as_of(settings: Settings, day: date, reference: Reference, found: Holds) -> pl.DataFrame:
    """What is measured of the newest deliveries on `day`, given what is held so far; kept for who asks later."""
    known = accounts(settings, day)
    made_of = repr((known, sorted(found.files), list(found.scopes), made_by(settings, day)))
    path = settings.home / "quality" / "as_of" / f"{day}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.parquet"
    if path.exists():
        return read_parquet(path)
    with Engine(settings.home / "scratch") as engine:
        count_deliveries(engine, settings, day)
        _give(engine, settings, day, reference, known, found)
        wanted = {"registry", "registry_scopes", "names_of_holders", "parameter_values"}
        for name, select in steps("gates", "truth", "identity", "state", only=wanted | {"snapshot_scopes"}).items():
            engine.make(name, select)
        measured = measure_deliveries(engine)
    for old in path.parent.glob(f"{day}-*.parquet"):
        old.unlink()
    place(path.parent, lambda temporary: write_parquet(measured, temporary), lambda _: path.name)
    return measured


def _whose(feed: Feed, files: list[Path], people: Collection[int] | None) -> str:
    """A condition for the rows of a delta whose key was ever one of `people`'s: a newer version may be another's."""
    if people is None or not files or feed.snapshot or all(column.type != "id" for column in feed.columns):
        return "TRUE"
    theirs = f"person IN ({', '.join(str(person) for person in people) or 'NULL'})"
    keys = [column.staged for column in feed.columns if column.key]
    if "person" in keys:
        return theirs
    return f"{keys[0]} IN (SELECT {keys[0]} FROM read_parquet({quoted(files)}) WHERE {theirs})"


def deliveries(files: list[FileAccount], found: Holds) -> pl.DataFrame:
    """`feed`, `delivered_on`, `file` (its number), `status` and row counts: the accounts, one row a file."""
    held = found.touched
    files = [replace(f, status="held") if (f.feed, f.delivered_on, f.file) in held else f for f in files]
    columns = {
        "feed": pl.String,
        "delivered_on": pl.Date,
        "file": pl.Int32,
        "sha256": pl.String,
        "status": pl.String,
        "read": pl.Int64,
        "accepted": pl.Int64,
        "quarantined": pl.Int64,
        "superseded": pl.Int64,
    }
    return pl.DataFrame({name: [getattr(f, name) for f in files] for name in columns}, schema=columns)


def reconcile(settings: Settings, day: date, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Work out what the deliveries dated on or before `day` say on it, and keep it.

    Returns whether anything differs from what was kept before. Raises FanpinError where a reference table is wrong.
    """
    made = made_by(settings, day) | {"staged": _staged_until(settings, day)}
    before, reference = content(settings, day), read_reference(settings.reference)
    earlier = _carried_on_from(settings, day, reference)
    now = _change(settings, day, made, reference, earlier, progress) if earlier else None
    return (now or _work_out(settings, day, made, reference, progress)) != before


def _work_out(
    settings: Settings, day: date, made: dict[str, str], reference: Reference, progress: Callable[[str], None]
) -> str:
    """Work the day out from all rows, and keep it; a digest of what it concludes."""
    with open_engine(settings.home / "scratch") as engine:
        set_up(engine, settings, day, reference)
        progress(f"{day}: reconciling")
        make_states(engine)
        progress(f"{day}: applying {reference.tables['rules'].height} rules")
        apply_rules(engine, reference.tables["rules"]["rule"])
        for name, select in steps("warnings").items():
            engine.make(name, select)
        return _keep(engine, settings, day, made)


def _carried_on_from(settings: Settings, day: date, reference: Reference) -> date | None:
    """The run date before `day` where what it kept is what it would conclude now, and `day` asks the same as it."""
    asked = choice("FANPIN_DAYS", "changes", "whole")
    earlier = max(run_dates(settings, day - timedelta(days=1)), default=None)
    if asked == "whole" or engine_name() != "duckdb" or not earlier or not carries_on(reference, earlier, day):
        return None
    made = {"staged": _staged_until(settings, earlier)} | made_by(settings, earlier)
    return earlier if made.items() <= was_made_by(settings, earlier).items() else None


def _staged_until(settings: Settings, day: date) -> str:
    """A digest of the accounts of all that was delivered up to `day`, which name the bytes of its rows."""
    return hashlib.sha256(repr([list(groups(settings, feed, day)) for feed in FEEDS]).encode()).hexdigest()


def _change(
    settings: Settings,
    day: date,
    made: dict[str, str],
    reference: Reference,
    earlier: date,
    progress: Callable[[str], None],
) -> str | None:
    """Work out what changed since the run date before, and keep it. None where that isn't known, or not worth it."""
    known = accounts(settings, day)
    with Engine(settings.home / "scratch") as engine:
        found = _held(engine, settings, day, reference, known)
        _give(engine, settings, day, reference, known, found)
        progress(f"{day}: working out what changed since {earlier}")
        staged = {feed: _staged(feed, found) for feed in FEEDS}
        try:
            changes = Changes(engine, reference, earlier, kept_folder(settings, earlier), day, staged)
            changes.work_out()
            return _keep(engine, settings, day, made, changes)
        except Unknown:
            progress(f"{day}: so much that it is worked out whole")
        except FanpinError as error:  # a file that the day before keeps was lost or damaged, as a rule
            progress(f"{day}: {error} So {day} is worked out whole.")
        return None


def _keep(engine: Engine, settings: Settings, day: date, made: dict[str, str], changes: Changes | None = None) -> str:
    """Measure and keep what was worked out, and return a digest of it."""
    engine.load("measures", pl.concat([measure_deliveries(engine), measure_conservation(engine)]))
    with new_folder(kept_folder(settings, day)) as folder:
        for name in KEPT:
            if changes and name in CARRIED:
                carry_on(folder, changes.kept, name)
                engine.write(f"changed_{name}", folder / f"{name}.changed.parquet")
            else:
                table = f"all_{name}" if changes and name in OF_PERSONS else name
                engine.write(table, folder / f"{name}.parquet")
        if changes:
            engine.write("changed", folder / "changed.parquet")
        now = digest(settings, folder)
        text = json.dumps(made | {"content": now}, sort_keys=True)
        (folder / MADE_BY).write_text(text, encoding="ascii")
    return now


#: What a day was made by, beside what it concluded.
MADE_BY = "made_by.json"


def made_by(settings: Settings, day: date) -> dict[str, str]:
    """Digests of what `day` would now be made by beside deliveries: `reference` tables and suites of feeds, `releases`
    that may matter to it, and the `program`.
    """
    given = [release for release in releases(settings) if release.delivered_on <= day]
    return {
        "reference": _digest([*settings.reference.glob("*.csv"), *(EXPECTATIONS / FEED_SUITES).glob("*.yaml")]),
        "releases": hashlib.sha256(repr(given).encode()).hexdigest(),
        "program": _program(),
    }


def was_made_by(settings: Settings, day: date) -> dict[str, str]:
    """The same of what `day` was made by when it was run, with a digest of what was `staged` and one of its `content`;
    empty where that was not kept.
    """
    try:
        return json.loads((kept_folder(settings, day) / MADE_BY).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}


def content(settings: Settings, day: date) -> str | None:
    """A digest of what `day` concluded; None where it was not run, or that can't be read any more."""
    folder = kept_folder(settings, day)
    try:
        return was_made_by(settings, day).get("content") or (digest(settings, folder) if folder.exists() else None)
    except FanpinError:  # it is to be worked out again, and not refused for what it was
        return None


@cache
def _program() -> str:
    code = Path(__file__).parent.parent
    return _digest([*SQL.rglob("*.sql"), *code.glob("*.py"), *code.glob("gates/*.py"), *code.glob("warehouse/*.py")])


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}|".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
