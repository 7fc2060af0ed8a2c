"""One run date: from the staged deliveries dated on or before it to what is concluded, kept in a folder of its own.

What a day concludes is a function of those deliveries, the reference tables and the date. It is kept under
`warehouse/<date>/` as Parquet, and can be thrown away and worked out again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
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
from pipelines.settings import Settings
from pipelines.staging.accounts import FileAccount, accounts, quarantine_files, row_files
from pipelines.staging.schema import sql_schema
from pipelines.staging.storage import place
from pipelines.warehouse.engine import SQL, Engine, months, open_engine, quoted, steps

#: What a day keeps: table → the order of its rows, which is total.
KEPT = {
    "states": "person",
    "people": "ord",
    "post_holders": "person, post_no, ord",
    "workforce": "county_code, township_code",
    "freshness": "county_code, feed",
    "conflicts": "feed, ord",
    "hits": "rule, subject_key, in_window",
    "evidence": "rule, subject_key, feed, ord",
    "unjudged": "rule, county_code, feed",
    "obstacles": "rule, county_code, obstacle, thing",
    "judged": "rule, county_code",
    "feedback_latest": "warning_id, checked_on",
    "deliveries": "feed, delivered_on, file",
    "measures": "suite, county_code, part, delivered_on, metric",
    "parameters": "county_code",
    "reference_parameters": "parameter, county_code, valid_from",
    "reference_rules": "rule",
    "reference_basis": "rule, instrument",
    "reference_instruments": "instrument",
    "reference_counties": "county_code",
    "reference_townships": "township_code",
}

#: What is worked out wherever it is read: all but a few rows of something else, or that with a few words more.
VIEWS = {"insurance_latest", "employer_paid", "people", *FEEDS} - {"registry"}

#: The columns every rule yields, or leaves to their default. One row pairs the subject's row with a row that made
#: the rule hold for it.
RULE_ROWS = {
    "rule": "VARCHAR",
    "key_person": "BIGINT",
    "key_employer": "BIGINT",
    "key_rest": "VARCHAR",
    "person": "BIGINT",
    "county_code": "VARCHAR",
    "village_code": "VARCHAR",
    "level": "INTEGER",
    "in_window": "BOOLEAN",
    "period": "INTEGER",
    "reason": "VARCHAR",
    "subject_feed": "VARCHAR",
    "subject_ord": "BIGINT",
    "fact_feed": "VARCHAR",
    "fact_ord": "BIGINT",
}

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
    engine.make(
        "run",
        f"SELECT DATE '{day}' AS run_date, CAST({day.year * 12 + day.month - 1} AS INTEGER) AS run_month",
    )
    engine.load("months", months())
    for name, frame in reference.tables.items():
        engine.load(f"reference_{name}", frame)
    engine.load("reference_rule_feeds", reference.rule_feeds)
    engine.load("feed_names", pl.DataFrame({"feed": list(FEEDS), "chinese": [f.chinese for f in FEEDS.values()]}))
    engine.load("deliveries", deliveries(known, found))
    engine.load("held_scopes", held_scopes(found))
    for feed in FEEDS.values():
        files = row_files(settings, feed.name, day)
        engine.view(f"delivered_{feed.name}", files, sql_schema(feed), _whose(feed, files, people))
        keys = [column.staged for column in feed.columns if column.key]
        engine.define(f"staged_{feed.name}", visible(feed.name, found, keys, sql_schema(feed)))
    engine.make("held_rows", " UNION ALL ".join(held_rows(feed, found) for feed in ABSENCE_FEEDS))
    quarantined = [path for feed in FEEDS for path in quarantine_files(settings, feed, day)]
    engine.view("staged_quarantine", quarantined, QUARANTINE_SCHEMA)


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
        wanted = {"registry", "registry_scopes", "names", "parameter_values"}
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


def make_states(engine: Engine, only: Collection[str] | None = None) -> None:
    """Make what sql/truth, sql/identity and sql/state say; with `only`, no more than it takes to make these."""
    for name, select in steps("truth", "identity", "state", only=only).items():
        make = engine.define if name in VIEWS else engine.make
        make(name, select)


def apply_rules(engine: Engine, reference: Reference) -> None:
    """Gather the rows of every rule of the table of rules in `rule_rows`."""
    selects = {}
    for rule in reference.tables["rules"]["rule"]:
        select = (SQL / "rules" / f"{rule}.sql").read_text(encoding="utf-8")
        selects[rule] = f"SELECT '{rule}' AS rule, found.* FROM ({select}) AS found"
    engine.gather("rule_rows", RULE_ROWS, selects)


def reconcile(settings: Settings, day: date, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Work out what the deliveries dated on or before `day` say on it, and keep it.

    Returns whether anything differs from what was kept before. Raises FanpinError where a reference table is wrong.
    """
    origin = made_by(settings, day)
    reference = read_reference(settings.reference)
    with open_engine(settings.home / "scratch") as engine:
        set_up(engine, settings, day, reference)
        progress(f"{day}: reconciling")
        make_states(engine)
        progress(f"{day}: applying {reference.tables['rules'].height} rules")
        apply_rules(engine, reference)
        for name, select in steps("warnings").items():
            engine.make(name, select)
        engine.load("measures", pl.concat([measure_deliveries(engine), measure_conservation(engine)]))
        with new_folder(settings.warehouse / day.isoformat()) as folder:
            for name, order in KEPT.items():
                engine.write(name, folder / f"{name}.parquet", order)
            before, now = content(settings, day), digest(folder)
            text = json.dumps(origin | {"content": now}, sort_keys=True)
            (folder / MADE_BY).write_text(text, encoding="ascii")
            return now != before


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
    """The same of what `day` was made by when it was run, and its `content`; empty where that was not kept."""
    try:
        return json.loads((settings.warehouse / day.isoformat() / MADE_BY).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}


def content(settings: Settings, day: date) -> str | None:
    """A digest of what `day` concluded; None where it was not run."""
    folder = settings.warehouse / day.isoformat()
    return was_made_by(settings, day).get("content") or (digest(folder) if folder.exists() else None)


@cache
def _program() -> str:
    code = Path(__file__).parent.parent
    return _digest([*SQL.rglob("*.sql"), *code.glob("*.py"), *code.glob("gates/*.py"), *code.glob("warehouse/*.py")])


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}|".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def digest(folder: Path) -> str:
    """A digest of the names and bytes of the tables that a day keeps in a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        total.update(path.name.encode())
        with open(path, "rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def run_dates(settings: Settings, until: date | None = None) -> list[date]:
    """The dates that were run, in order, up to `until` where it is given."""
    if not settings.warehouse.exists():
        return []
    days = []
    for path in settings.warehouse.iterdir():
        if not path.name.startswith("."):
            days.append(date.fromisoformat(path.name))
    return sorted(day for day in days if until is None or day <= until)


def kept(settings: Settings, day: date, table: str) -> Path:
    """The file in which a day keeps a table."""
    return settings.warehouse / day.isoformat() / f"{table}.parquet"
