"""What days of a simulated province cost, each as a ratio to a floor measured beside it: the parts of `make bench`.

The floor is DuckDB reading every needed column of the same staged rows once.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.engines import compare_engines, compare_states
from benchmarks.measuring import Cost, cost
from pipelines.feeds import FEEDS
from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings
from pipelines.simulation.simulate import START, simulate
from pipelines.staging.accounts import row_files
from pipelines.staging.schema import sql_schema
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import Engine, default_memory, quoted
from pipelines.warehouse.kept import kept_folder

REFERENCE = CHECKOUT / "data" / "reference"
SECOND = START + timedelta(days=1)

#: How a day is worked out: from the one before it, or from all rows.
CHANGED, WHOLE = "what changed", "worked out whole"


@dataclass(frozen=True)
class Row:
    """A row of a table: what was measured, CPU seconds, how often they hold their base, GB of memory and disk."""

    table: str
    what: str
    seconds: float | None = None
    ratio: float | None = None
    memory: float | None = None
    disk: float | None = None

    @classmethod
    def of(cls, table: str, what: str, spent: Cost, base: float) -> Row:
        return cls(table, what, spent.seconds, spent.seconds / base, spent.memory, spent.disk)

    def plain(self) -> dict:
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


def floor(settings: Settings, day: date) -> None:
    """Read every column of every staged row once."""
    with Engine(settings.home / "scratch") as engine:
        for feed in FEEDS.values():
            if files := row_files(settings, feed.name, day):
                columns = ", ".join(f"max({column})" for column in sql_schema(feed))
                engine.rows(feed.name, f"SELECT {columns} FROM read_parquet({quoted(files)})")


def bare_read(path: Path) -> None:
    """Read a CSV file's cells as text, nothing more."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {_csv(path)}").fetchall()]
    sums = ", ".join(f'max("{column}")' for column in columns)
    connection.execute(f"SELECT {sums} FROM {_csv(path)}").fetchall()


def _csv(path: Path) -> str:
    return f"read_csv({quoted([path])}, all_varchar=true, header=true)"


def make_province(settings: Settings, persons: int, days: int) -> None:
    settings.home.mkdir()
    simulate(settings.home, persons, days, 1, reference=REFERENCE)


def stage_days(settings: Settings, day: date) -> None:
    stage(settings, day)


def reconcile_days(settings: Settings, *days: date, how: str = "changes") -> None:
    os.environ["FANPIN_DAYS"] = how
    for day in days:
        reconcile(settings, day)


def reconcile_whole(settings: Settings, *days: date) -> None:
    reconcile_days(settings, *days, how="whole")


def reconcile_within(settings: Settings, day: date, memory: str) -> None:
    os.environ["FANPIN_MEMORY"] = memory
    reconcile(settings, day)


def run_day(settings: Settings, day: date) -> None:
    run(settings, day, day, lambda _: None)


def _new_home(folder: Path, persons: int, days: int) -> Settings:
    """A home with the deliveries of a province on START and the days after it."""
    settings = _home(folder)
    make_province(settings, persons, days)
    return settings


def _home(folder: Path) -> Settings:
    return Settings(folder / "home", REFERENCE, b"a key for benchmarks")


def _like(settings: Settings, home: Path) -> Settings:
    """Another home that starts as this one is; it shares the files, which are replaced but never written in."""
    shutil.copytree(settings.home, home, symlinks=True, copy_function=os.link)
    return replace(settings, home=home)


def _how(settings: Settings, day: date) -> str:
    """How a day was worked out."""
    return CHANGED if (kept_folder(settings, day) / "changed.parquet").exists() else WHOLE


def days(persons: int, folder: Path) -> Iterator[Row]:
    """A province's first day and the day after it, from the landing to what is published."""
    settings = _home(folder)
    made = cost(make_province, settings, persons, 2, folder=folder)

    def measured(part, day: date) -> Cost:
        return cost(part, settings, day, folder=settings.home)

    staged = measured(stage_days, START)
    read = measured(floor, START)
    base = read.seconds
    yield Row.of("days", "floor: every staged column read once", read, base)
    yield Row("days", "making the province up (no part of a day)", made.seconds, None, made.memory, made.disk)
    yield Row.of("days", "first day: staging all deliveries", staged, base)
    yield Row.of("days", "first day: reconcile, first load of staged rows", measured(reconcile_days, START), base)
    yield Row.of("days", "second day: staging what came", measured(stage_days, SECOND), base)
    other = _like(settings, folder / "other")
    whole = cost(reconcile_whole, other, SECOND, folder=other.home)
    shutil.rmtree(other.home)
    yield Row.of("days", f"second day: reconcile, {WHOLE}", whole, base)
    yield Row.of("days", f"second day: reconcile, {CHANGED}", measured(reconcile_days, SECOND), base)
    yield Row.of("days", "first day: run again, with publishing", measured(run_day, START), base)
    yield Row.of("days", "second day: run again, with publishing", measured(run_day, SECOND), base)
    for name, encoding in (("UTF-8", "utf-8"), ("GB18030", "gb18030")):
        yield _staging_of(settings, folder, name, encoding)
    size = sum(path.stat().st_size for path in settings.staging.rglob("*.parquet")) / 1024**3
    yield Row("days", "staged rows on disk", disk=size)


def _staging_of(settings: Settings, folder: Path, name: str, encoding: str) -> Row:
    """Staging the first day's largest insurance file, with known people, against a bare read of it in UTF-8."""
    files = (settings.landing / "insurance" / START.isoformat()).glob("*.csv")
    source = max(files, key=lambda path: path.stat().st_size)
    home = Settings(folder / f"staging-{encoding}", REFERENCE, settings.key)
    for day in (START, SECOND):
        target = home.landing / "insurance" / day.isoformat() / "a.csv"
        target.parent.mkdir(parents=True)
        with open(source, encoding="utf-8-sig") as rows, open(target, "w", encoding=encoding) as copy:
            shutil.copyfileobj(rows, copy, 1 << 22)
        staged = cost(stage_days, home, day, folder=home.home)
    return Row.of("files", f"a file of insurance in {name}, people known", staged, cost(bare_read, source).seconds)


def states(persons: int, folder: Path) -> Iterator[Row]:
    """The second day's truth and states by Polars and pandas."""
    settings = _new_home(folder, persons, 2)
    cost(stage_days, settings, SECOND)
    base = None
    for what, spent in compare_states(settings, SECOND, folder):
        base = base or spent.seconds
        yield Row.of("states", what, spent, base)


def engines(persons: int, folder: Path) -> Iterator[Row]:
    """The second day by other engines."""
    folder.chmod(0o711)  # PostgreSQL's own user must get through
    settings = _new_home(folder, persons, 2)
    cost(stage_days, settings, SECOND)
    base = None
    for what, spent in compare_engines(settings, SECOND, folder):
        base = base or spent.seconds
        yield Row.of("sql", what, spent, base) if spent else Row("sql", f"{what}: not installed here")


def changed(persons: int, folder: Path) -> Iterator[Row]:
    """A second day on which a share of the people have new rows: all of theirs that are no snapshot, once more."""
    made = _new_home(folder, persons, 0)
    cost(stage_days, made, START)
    cost(reconcile_days, made, START)
    base = cost(floor, made, START).seconds
    for share in (1, 10, 100):
        settings = _like(made, folder / f"{share}")
        _deliver_again(settings, share)
        staged = cost(stage_days, settings, SECOND, folder=settings.home)
        yield Row.of("changed", f"{share} % of the people: staging", staged, base)
        for asked, part in ((WHOLE, reconcile_whole), (CHANGED, reconcile_days)):
            home = _like(settings, folder / "home of one")
            spent = cost(part, home, SECOND, folder=home.home)
            what = f"{share} % of the people: reconcile, {asked}"
            if _how(home, SECOND) != asked:
                what += f" (so much that it is {WHOLE})"
            yield Row.of("changed", what, spent, base)
            shutil.rmtree(home.home)
        shutil.rmtree(settings.home)


def _deliver_again(settings: Settings, share: int) -> None:
    """Deliver on the second day the rows of the first day's deltas that name this share of the people, in per cent."""
    for feed in FEEDS.values():
        for path in (settings.landing / feed.name / START.isoformat()).glob("*.csv") if not feed.snapshot else ():
            copy = settings.landing / feed.name / SECOND.isoformat() / path.name
            copy.parent.mkdir(exist_ok=True)
            with open(path, "rb") as rows, open(copy, "wb") as chosen:
                chosen.write(rows.readline())
                for row in rows:
                    person = re.search(rb"\d{17}[\dXx]", row)
                    if zlib.crc32(person[0] if person else row) % 100 < share:
                        chosen.write(row)


def backfill(persons: int, folder: Path) -> Iterator[Row]:
    """Days after the first, one by one and in one go, nothing published; ratios are to the floor of the first day's
    rows, as often as there are days.
    """
    made = _new_home(folder, persons, 30)
    following = [START + timedelta(days=n) for n in range(1, 31)]
    cost(stage_days, made, following[-1])
    cost(reconcile_days, made, START)
    base = cost(floor, made, START).seconds
    settings = _like(made, folder / "day by day")
    for number, day in enumerate(following[:14], 2):
        spent = cost(reconcile_days, settings, day, folder=settings.home)
        if number in (2, 5, 10, 13, 14, 15):
            what = f"day {number} ({day.day} {day:%B}), {_how(settings, day)}"
            yield Row.of("day by day", what, spent, base)
    shutil.rmtree(settings.home)
    for how, part in ((WHOLE, reconcile_whole), (CHANGED, reconcile_days)):
        for number in (1, 5, 30):
            settings = _like(made, folder / "in one go")
            spent = cost(part, settings, *following[:number], folder=settings.home)
            yield Row.of("backfill", f"{number} {'day' if number == 1 else 'days'}, {how}", spent, base * number)
            shutil.rmtree(settings.home)


def memory(persons: int, folder: Path, staged: Path | None = None) -> Iterator[Row]:
    """The first load of staged rows under less memory; of a copy of a home that is staged, where it is given."""
    if staged:
        settings = Settings(folder / "home", REFERENCE, b"")
        shutil.copytree(staged / "staging", settings.staging)
    else:
        settings = _new_home(folder, persons, 0)
        cost(stage_days, settings, START)
    base = cost(floor, settings, START)
    yield Row.of("memory", "floor", base, base.seconds)
    for limit in ("750MB", "1000MB", default_memory()):
        home = _like(settings, folder / limit)
        what = f"FANPIN_MEMORY={limit}"
        if limit == default_memory():
            what += f", the default on {os.cpu_count()} cores"
        try:
            spent = cost(reconcile_within, home, START, limit, folder=home.home)
        except SystemExit:
            yield Row("memory", f"{what}: did not finish")
        else:
            yield Row.of("memory", what, spent, base.seconds)
        shutil.rmtree(home.home)


PARTS = {part.__name__: part for part in (days, states, engines, changed, backfill, memory)}
