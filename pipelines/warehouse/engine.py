"""A DuckDB of one run's own, and the files of sql/ in the order in which they need one another."""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType

import duckdb
import polars as pl

from pipelines.files import link_or_copy
from pipelines.parquet import damaged, write_parquet
from pipelines.settings import CHECKOUT, FanpinError, TryAgain, choice, memory

SQL = CHECKOUT / "sql"

#: The longest history a payment period or a date may lie in (feeds.md: 1900 to 2100).
FIRST_YEAR, LAST_YEAR = 1899, 2101

#: Errors whose text is about the statement, never about a row.
_OF_THE_STATEMENT = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
#: Nobody else writes here: what can't be committed is what the disk does not take.
_OF_THE_DISK = (duckdb.IOException, duckdb.TransactionException)


def steps(*folders: str, only: Collection[str] | None = None) -> dict[str, str]:
    """The statements of the folders of sql/ by the name of the table each makes, in the order of their needs.

    With `only`, no more than it takes to make these.
    """
    texts = {
        path.stem: path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((SQL / folder).glob("*.sql"))
    }
    needs = {
        name: {word for word in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text) if word in texts and word != name}
        for name, text in texts.items()
    }
    if only is not None:
        wanted, waiting = set(), set(only)
        while waiting:
            wanted |= waiting
            waiting = set().union(*(needs[name] for name in waiting)) - wanted
        texts = {name: text for name, text in texts.items() if name in wanted}
    ordered: dict[str, str] = {}
    while len(ordered) < len(texts):
        ready = [name for name in texts if name not in ordered and needs[name] <= ordered.keys()]
        if not ready:
            raise RuntimeError(f"files of sql/ need one another in a circle: {sorted(texts.keys() - ordered.keys())}")
        ordered.update((name, texts[name]) for name in ready)
    return ordered


def default_memory() -> str:
    """How much memory DuckDB may use where `FANPIN_MEMORY` doesn't say: 500 MB a core, at least 1500 MB."""
    return f"{max(1500, 500 * (os.cpu_count() or 1))}MB"


class Engine:
    """A DuckDB in memory that spills into a folder of its own.

    Errors of DuckDB quote rows; here they come out as FanpinError with the name of the step alone. Where `hint` is set,
    it is said instead when a file, table or column is not there.
    """

    hint = ""

    def __init__(self, scratch: Path) -> None:
        limit = memory(default_memory())
        self.folder = scratch_folder(scratch)
        self.connection = duckdb.connect(":memory:")
        for setting, value in {
            "memory_limit": f"{limit}MB",
            # What is let go is used again, where it would be given back and asked for anew: a tenth of a long day.
            "block_allocator_memory": f"{limit}MB",
            "threads": str(os.cpu_count() or 1),
            "temp_directory": str(self.folder),
            "enable_progress_bar": "false",
            "preserve_insertion_order": "false",
        }.items():
            self.execute(setting, f"SET {setting} = {literal(value)}")

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def execute(self, name: str, statement: str) -> duckdb.DuckDBPyConnection:
        """Run one statement; `name` is what an error calls it."""
        try:
            return self.connection.execute(statement)
        except duckdb.Error as error:
            trouble = self._trouble(name, error)
        raise trouble  # outside of the handler: what it stands for must not be printed with it

    def _trouble(self, name: str, error: duckdb.Error) -> FanpinError:
        """What to say of an error of DuckDB."""
        if self.hint and isinstance(error, (*_OF_THE_STATEMENT, duckdb.IOException)):
            return FanpinError(self.hint)
        if isinstance(error, _OF_THE_STATEMENT):
            return FanpinError(f"the step {name} failed in DuckDB, report it: {type(error).__name__}: {error}")
        if file := damaged(str(error)):
            return FanpinError(file)
        if isinstance(error, (duckdb.OutOfMemoryException, *_OF_THE_DISK)):
            if isinstance(error, _OF_THE_DISK):
                what = "could not read or write on disk: free space in the home, see that its folders can be written"
            else:
                what = "ran out of memory: free space in the home, give DuckDB more memory (FANPIN_MEMORY)"
            return TryAgain(f"the step {name} {what}, and run the day again.")
        return FanpinError(
            f"the step {name} failed in DuckDB ({type(error).__name__}): see whether `fanpin doctor` finds a damaged "
            "file, else report it with this line."
        )

    def make(self, name: str, select: str) -> None:
        """Make the table `name` of a bare SELECT."""
        self.execute(name, f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")

    def store(self, name: str, select: str) -> None:
        """Make the table `name`, once, in a file of the run's own: it takes no memory, and is written already."""
        path = self._stored(name)
        self._copy(name, select, path)
        self.define(name, f"SELECT * FROM read_parquet({quoted([path])})")

    def define(self, name: str, select: str) -> None:
        """Make the view `name` of a bare SELECT, worked out wherever it is read."""
        self.execute(name, f"CREATE OR REPLACE TEMP VIEW {name} AS {select}")

    def gather(self, name: str, schema: Mapping[str, str], selects: Mapping[str, str]) -> None:
        """Make the table `name` of SELECTs that each give some of its columns; the others are NULL."""
        columns = ", ".join(f"{column} {kind}" for column, kind in schema.items())
        self.execute(name, f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        for step, select in selects.items():
            self.execute(step, f"INSERT INTO {name} BY NAME {select}")

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make the table `name` of a frame."""
        path = self.folder / f"{name}.parquet"
        write_parquet(frame, path)
        self.make(name, f"SELECT * FROM read_parquet({quoted([path])})")
        path.unlink()

    def view(self, name: str, files: Iterable[Path], schema: dict[str, str], where: str = "TRUE") -> None:
        """Make the view `name` over Parquet files of one schema (column → type), also where there is none."""
        files = list(files)
        if files:
            columns = ", ".join(schema)
            select = f"SELECT {columns} FROM read_parquet({quoted(files)}) WHERE {where}"
        else:
            columns = ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in schema.items())
            select = f"SELECT {columns} WHERE FALSE"
        self.define(name, select)

    def write(self, name: str, path: Path) -> None:
        """Write the table `name` as Parquet, its rows in any order."""
        if self._stored(name).exists():
            link_or_copy(self._stored(name), path)
        else:
            self._copy(name, f"SELECT * FROM {name}", path)

    def _copy(self, name: str, select: str, path: Path) -> None:
        self.execute(name, f"COPY ({select}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")

    def _stored(self, name: str) -> Path:
        return self.folder / f"stored_{name}.parquet"

    def table(self, name: str, select: str) -> tuple[list[str], list[tuple]]:
        """The columns and all rows of a query."""
        found = self.execute(name, select)
        return [column[0] for column in found.description], found.fetchall()

    def rows(self, name: str, select: str) -> list[tuple]:
        """All rows of a query."""
        return self.table(name, select)[1]


def open_engine(scratch: Path) -> Engine:
    """The engine that FANPIN_ENGINE names: `duckdb`, which is the default, or `spark`. Raises FanpinError."""
    if engine_name() == "duckdb":
        return Engine(scratch)
    from pipelines.warehouse.spark import SparkEngine

    return SparkEngine(scratch)


def engine_name() -> str:
    """What FANPIN_ENGINE names. Raises FanpinError."""
    return choice("FANPIN_ENGINE", "duckdb", "spark")


def scratch_folder(scratch: Path) -> Path:
    """A new folder in `scratch` for one run, where what killed runs of this machine left behind is removed."""
    scratch.mkdir(parents=True, exist_ok=True)
    _sweep(scratch)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}@{platform.node()}-", dir=scratch))


def _sweep(scratch: Path) -> None:
    """Remove what processes of this machine that were killed left behind."""
    for folder in scratch.iterdir():
        owner, _, where = folder.name.partition("@")
        if owner.isdigit() and where.startswith(f"{platform.node()}-") and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)


def quoted(paths: Iterable[Path]) -> str:
    """A list of paths as SQL reads it: literal, no character of a name a wildcard."""
    return "[" + ", ".join(literal(re.sub(r"([*?\[])", r"[\1]", str(path))) for path in paths) + "]"


def literal(text: str) -> str:
    """A text as SQL reads it."""
    return "'" + text.replace("'", "''") + "'"


def months() -> pl.DataFrame:
    """`period`, `month` (YYYY-MM), `first_day`, `last_day` of every month a period may name."""
    start = pl.date_range(pl.date(FIRST_YEAR, 1, 1), pl.date(LAST_YEAR, 12, 1), "1mo", eager=True)
    return pl.DataFrame({"first_day": start}).select(
        (pl.col("first_day").dt.year() * 12 + pl.col("first_day").dt.month() - 1).cast(pl.Int32).alias("period"),
        pl.col("first_day").dt.strftime("%Y-%m").alias("month"),
        "first_day",
        pl.col("first_day").dt.month_end().alias("last_day"),
    )
