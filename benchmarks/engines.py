"""The same staged rows by other means, with equal results: states by Polars and pandas, all of sql/ by other engines.

What DuckDB concludes is the measure: a part whose tables differ from it in a single row fails the benchmark. Clocks
start when the staged rows are there to be read (in PostgreSQL: loaded) and stop when the tables are written.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks import pandas_states, polars_states
from benchmarks.measuring import Cost, cost
from benchmarks.postgres import PostgresEngine, cluster_folder, programs, read
from pipelines.feeds import FEEDS
from pipelines.reference import Reference, read_reference
from pipelines.settings import Settings
from pipelines.staging.accounts import row_files
from pipelines.warehouse.conclusions import apply_rules, make_states
from pipelines.warehouse.day import set_up
from pipelines.warehouse.engine import SQL, Engine, quoted, steps
from pipelines.warehouse.kept import KEPT
from pipelines.warehouse.spark import SparkEngine

SQL_FILES = sorted(SQL.rglob("*.sql"))
FOLDERS = ("truth", "identity", "state", "warnings")
#: The tables compared: all that a day keeps and sql/ makes.
MADE = [name for name in KEPT if name in steps(*FOLDERS)]


def conclude(engine: Engine, reference: Reference) -> None:
    """All of sql/ that works out a day, in an engine that has what it starts from."""
    make_states(engine)
    apply_rules(engine, reference.tables["rules"]["rule"])
    for name, select in steps("warnings").items():
        engine.make(name, select)


def duckdb_states(settings: Settings, day: date, out: Path) -> Iterator[None]:
    """Truth and states by sql/: `states` and the `parameters` it rests on, as Parquet in `out`."""
    with Engine(settings.home / "scratch") as engine:
        set_up(engine, settings, day, read_reference(settings.reference))
        yield
        make_states(engine, only={"states"})
        engine.write("states", out / "states.parquet")
        yield
        engine.write("parameters", out / "parameters.parquet")


def frames_states(module: str, settings: Settings, day: date, parameters: Path, out: Path) -> Iterator[None]:
    """The same by the module of that name."""
    work_out = {"polars": polars_states.states, "pandas": pandas_states.states}[module]
    files = {feed: row_files(settings, feed, day) for feed in FEEDS}
    yield
    work_out(files, parameters, day, out / "states.parquet")
    yield


def by_engine(kind: type[Engine], settings: Settings, day: date, out: Path) -> Iterator[None]:
    """All of sql/ by DuckDB or Spark: the tables of a day as Parquet in `out`."""
    reference = read_reference(settings.reference)
    with kind(settings.home / "scratch") as engine:
        set_up(engine, settings, day, reference)
        yield
        conclude(engine, reference)
        for name in MADE:
            engine.write(name, out / f"{name}.parquet")
        yield


def load_postgres(settings: Settings, day: date, folder: Path) -> Iterator[None]:
    """Everything that sql/ starts from, into the cluster in `folder`."""
    texts = [path.read_text(encoding="utf-8") for path in SQL_FILES]
    needed = {word for text in texts for word in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text)}
    with Engine(settings.home / "scratch") as engine, PostgresEngine(folder) as postgres:
        set_up(engine, settings, day, read_reference(settings.reference))
        known = "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
        yield
        for (name,) in sorted(engine.rows("tables", known)):
            if name in needed:
                postgres.load(name, engine)
        yield


def by_postgres(settings: Settings, folder: Path, out: Path) -> Iterator[None]:
    """All of sql/ by the PostgreSQL in `folder`: the tables of a day as CSV in `out`."""
    with PostgresEngine(folder) as postgres:
        yield
        conclude(postgres, read_reference(settings.reference))
        for name in MADE:
            postgres.write(name, out / f"{name}.csv")
        yield


def differing(expected: Path, found: Path, tables: list[str]) -> list[str]:
    """The tables that do not hold the same rows, as often each, in two folders."""
    differ = []
    with Engine(expected.parent / "scratch") as engine:
        for name in tables:
            one = f"read_parquet({quoted([expected / f'{name}.parquet'])})"
            schema = {row[0]: row[1] for row in engine.rows(name, f"DESCRIBE SELECT * FROM {one}")}
            path = found / f"{name}.csv"
            other = read(path, schema) if path.exists() else f"read_parquet({quoted([path.with_suffix('.parquet')])})"
            columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in schema.items())
            engine.make("one", f"SELECT {columns} FROM {one}")
            engine.make("other", f"SELECT {columns} FROM {other}")
            for this, that in (("one", "other"), ("other", "one")):
                [(rows,)] = engine.rows(name, f"SELECT count(*) FROM (FROM {this} EXCEPT ALL FROM {that})")
                if rows:
                    differ.append(f"{name} ({rows} rows)")
    return differ


def compare_states(settings: Settings, day: date, folder: Path) -> Iterator[tuple[str, Cost]]:
    """What worked out truth and states, and its cost, DuckDB first. Raises SystemExit where states differ from its."""
    yield "DuckDB", cost(duckdb_states, settings, day, _new(folder, "states"), folder=settings.home / "scratch")
    for name, module in (("Polars, lazy", "polars"), ("pandas", "pandas")):
        parameters = folder / "states" / "parameters.parquet"
        yield name, cost(frames_states, module, settings, day, parameters, _new(folder, module))
        _must_equal(folder, module, "states", ["states"])


def compare_engines(settings: Settings, day: date, folder: Path) -> Iterator[tuple[str, Cost | None]]:
    """What worked out all of sql/, and its cost, DuckDB first; None where it is not installed here.

    Raises SystemExit where a table differs from DuckDB's.
    """
    scratch = settings.home / "scratch"
    yield "DuckDB", cost(by_engine, Engine, settings, day, _new(folder, "duckdb"), folder=scratch)
    if importlib.util.find_spec("sqlglot") and programs():
        with cluster_folder(folder) as cluster:
            yield "PostgreSQL: loading what is staged", cost(load_postgres, settings, day, cluster, folder=cluster)
            out = _new(folder, "postgres")
            yield "PostgreSQL", cost(by_postgres, settings, cluster, out, folder=cluster)
        _must_equal(folder, "postgres", "duckdb", MADE)
    else:
        yield "PostgreSQL", None
    if importlib.util.find_spec("pyspark") and shutil.which("java"):
        yield "Spark, local", cost(by_engine, SparkEngine, settings, day, _new(folder, "spark"), folder=scratch)
        _must_equal(folder, "spark", "duckdb", MADE)
    else:
        yield "Spark, local", None


def _new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _must_equal(folder: Path, found: str, expected: str, tables: list[str]) -> None:
    if differ := differing(folder / expected, folder / found, tables):
        raise SystemExit(f"{found} concludes something else than {expected}: {', '.join(differ)}")
    shutil.rmtree(folder / found)
