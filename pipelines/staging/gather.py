"""The rows of one group, from many files to one Parquet file, in order. DuckDB does it, for it can sort on disk.

They lie in parts: new ones were written while files were read; those of files that did not change are carried over
from the group's earlier file, and move with their files' numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.feeds import ORD_FILE, Feed, ord_of
from pipelines.parquet import damaged
from pipelines.settings import FanpinError, TryAgain, memory
from pipelines.staging.schema import sql_type, staged_schema
from pipelines.warehouse.engine import default_memory, literal, quoted

#: What a gathering may take before it goes on on disk, in megabytes, where FANPIN_MEMORY does not say less.
MEMORY_LIMIT = 1000

#: The most values of a column that its dictionary holds. People, names and places in the order of delivery seldom
#: repeat: dictionaries of them made files a fifth larger, and slower to write.
DICTIONARY = 2_000


class Gatherer:
    """A DuckDB connection that gathers groups. Its temporary files lie in `work`."""

    def __init__(self, work: Path) -> None:
        self._connection = duckdb.connect(
            config={
                "memory_limit": f"{min(MEMORY_LIMIT, memory(default_memory()))}MB",
                "temp_directory": str(work / "duckdb"),
                "preserve_insertion_order": True,
            }
        )
        self._run("SET enable_progress_bar = false")  # it prints into pipes

    def close(self) -> None:
        self._connection.close()

    def carry(
        self,
        columns: Mapping[str, pl.DataType],
        old: Path,
        moved: Mapping[int, int],
        delivered_on: date,
        path: Path,
    ) -> None:
        """Writes the rows of `old` whose file numbers are keys of `moved`, with the `columns` of new rows.

        Their `ord` follows the file's new number. A column that `old` lacks is null.
        """
        base = ord_of(delivered_on, 0, 0)
        have = {row[0] for row in self._run(f"DESCRIBE SELECT * FROM read_parquet({quoted([old])})").fetchall()}
        said = {name: quoted_name(name) if name in have else "NULL" for name in columns}
        said["ord"] = f"ord + (after - before) * {ORD_FILE}"
        casts = (f"TRY_CAST({said[name]} AS {sql_type(kind)}) AS {quoted_name(name)}" for name, kind in columns.items())
        pairs = ", ".join(f"({before}, {after})" for before, after in moved.items())
        self.write(
            f"SELECT {', '.join(casts)} FROM read_parquet({quoted([old])}) "
            f"JOIN (VALUES {pairs}) AS moved(before, after) ON (ord - {base}) // {ORD_FILE} = before",
            path,
        )

    def load(self, table: str, parts: Sequence[Path]) -> None:
        """Makes the view `table` of Parquet files."""
        self._run(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM read_parquet({quoted(parts)})")

    def count(self, table: str, delivered_on: date) -> dict[int, int]:
        """How many rows a view has of each file, by number."""
        base = ord_of(delivered_on, 0, 0)
        return dict(self._run(f"SELECT (ord - {base}) // {ORD_FILE}, count(*) FROM {table} GROUP BY ALL").fetchall())

    def write_rows(self, feed: Feed, delivered_on: date, path: Path, moved: bool) -> None:
        """Writes the view `faultless`, and what the view `superseded` says of it, as the group's rows, as they came.

        In another, of people say, files are larger, and reading them costs no less. New rows come in their order; they
        are sorted only where rows of an earlier file `moved` between them.
        """
        columns = ", ".join(staged_schema(feed))
        self._run("SET threads = 1")  # more of them put rows down in another order each time
        self.write(
            f"SELECT {columns}, DATE '{delivered_on}' AS delivered_on, "
            f"ord IN (SELECT ord FROM superseded) AS superseded FROM faultless{' ORDER BY ord' if moved else ''}",
            path,
        )
        self._run("RESET threads")

    def write(self, select: str, path: Path) -> None:
        """Writes what a query gives as Parquet."""
        options = f"FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT {DICTIONARY}"
        self._run(f"COPY ({select}) TO {literal(str(path))} ({options})")

    def join(self, paths: Sequence[Path], path: Path) -> None:
        """Writes the rows of several Parquet files as one, in their order. A column that some of them lack is null."""
        self.write(f"SELECT * FROM read_parquet({quoted(paths)}, union_by_name = true)", path)

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql)
        except duckdb.Error as error:  # its text may quote data
            if file := damaged(str(error)):
                raise FanpinError(file) from None
            raise TryAgain(
                f"could not gather staged rows (DuckDB {type(error).__name__}). Nothing was changed: see that the "
                "disk is not full and that nobody else is writing in the home, and run again."
            ) from None


def quoted_name(column: str) -> str:
    """The name of a column as SQL wants it (`row` and `column` are words of SQL)."""
    return f'"{column}"'
