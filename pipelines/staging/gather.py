"""The rows of one group, from many files to one Parquet file, in order. DuckDB does it, for it can sort on disk.

What a query reads is either new (`parts`, written while files were read) or kept from the group's earlier file, of
files that did not change; their rows then move with their files' numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.feeds import ORD_FILE, Feed, ord_of
from pipelines.parquet import damaged
from pipelines.settings import FanpinError, TryAgain
from pipelines.staging.schema import key_columns, sql_type, staged_schema
from pipelines.warehouse.engine import literal, quoted

#: What a gathering may take before it goes on on disk.
MEMORY_LIMIT = "1GB"

#: The most values of a column that its dictionary holds. People, names and places in the order of delivery seldom
#: repeat: dictionaries of them made files a fifth larger, and slower to write.
DICTIONARY = 2_000


class Gatherer:
    """A DuckDB connection that gathers groups. Its temporary files lie in `work`."""

    def __init__(self, work: Path) -> None:
        self._connection = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(work / "duckdb"),
                "preserve_insertion_order": True,
            }
        )
        self._run("SET enable_progress_bar = false")  # it prints into pipes

    def close(self) -> None:
        self._connection.close()

    def load(
        self,
        table: str,
        columns: Mapping[str, pl.DataType],
        parts: Sequence[Path],
        old: Path | None,
        moved: Mapping[int, int],
        delivered_on: date,
    ) -> None:
        """Makes the view `table` of the parts and of the rows of `old` whose file numbers are keys of `moved`.

        Every row has the `columns`, of which `ord` follows the file's new number. A column that `old` lacks is null.
        """
        names = ", ".join(map(quoted_name, columns))
        selects = [f"SELECT {names} FROM read_parquet({quoted(parts)})"]
        if old and moved:
            base = ord_of(delivered_on, 0, 0)
            have = {row[0] for row in self._run(f"DESCRIBE SELECT * FROM read_parquet({quoted([old])})").fetchall()}
            casts = [
                f"TRY_CAST({quoted_name(name) if name in have else 'NULL'} AS {sql_type(kind)}) AS {quoted_name(name)}"
                for name, kind in columns.items()
                if name != "ord"
            ]
            pairs = ", ".join(f"({before}, {after})" for before, after in moved.items())
            selects.append(
                f"SELECT {', '.join(casts)}, ord + (after - before) * {ORD_FILE} AS ord "
                f"FROM read_parquet({quoted([old])}) JOIN (VALUES {pairs}) AS moved(before, after) "
                f"ON (ord - {base}) // {ORD_FILE} = before"
            )
        self._run(f"CREATE OR REPLACE TEMP VIEW {table} AS " + " UNION ALL BY NAME ".join(selects))

    def supersede(self, feed: Feed, delivered_on: date) -> dict[int, tuple[int, int]]:
        """Finds the superseded of the view `faultless`; by file number, how many rows there are and how many of them.

        A row is superseded if its key comes again later in the group.
        """
        key = ", ".join(key_columns(feed))
        # Keys seldom come again: to find by their hashes those that may is cheaper than to sort all.
        self._run(
            "CREATE OR REPLACE TEMP TABLE superseded AS SELECT ord FROM (SELECT ord, row_number() OVER "
            f"(PARTITION BY {key} ORDER BY ord DESC) AS latest FROM faultless WHERE hash({key}) IN "
            f"(SELECT hash({key}) FROM faultless GROUP BY ALL HAVING count(*) > 1)) WHERE latest > 1"
        )
        rows, superseded = (self._count(table, delivered_on) for table in ("faultless", "superseded"))
        return {file: (count, superseded.get(file, 0)) for file, count in rows.items()}

    def _count(self, table: str, delivered_on: date) -> dict[int, int]:
        """How many rows a table has of each file, by number."""
        base = ord_of(delivered_on, 0, 0)
        return dict(self._run(f"SELECT (ord - {base}) // {ORD_FILE}, count(*) FROM {table} GROUP BY ALL").fetchall())

    def write_rows(self, feed: Feed, delivered_on: date, path: Path, moved: bool) -> None:
        """Writes the view `faultless`, with what `supersede` found, as the group's rows, in the order of delivery.

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
