"""`fanpin.duckdb`: the analysts' file. Its tables, and their comments, are the files of sql/marts/."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.warehouse.engine import SQL, Engine, literal

#: Analysts may have an older DuckDB than we do: this layout opens from 1.2 on.
STORAGE = "v1.2.0"


#: How rows are put in order where not by all columns: the first of `warnings` is their key, and `persons` are so many
#: that it would take as long as all else about the file.
_ORDER = {"warnings": "ORDER BY 1", "persons": ""}


@dataclass(frozen=True)
class Mart:
    """A published table: its SELECT, what a row is, and what each column is, as its file says."""

    name: str
    select: str
    comment: str
    columns: dict[str, str]


def marts() -> list[Mart]:
    """The published tables, by name."""
    return [_read(path) for path in sorted((SQL / "marts").glob("*.sql"))]


def _read(path: Path) -> Mart:
    text = path.read_text(encoding="utf-8")
    head = re.match(r"(?:--.*\n)+", text)
    columns = {
        name: comment for name, comment in re.findall(r"^    (?:.*[ .])?(\w+),? -- (.+)$", text, flags=re.MULTILINE)
    }
    comment = " ".join(line.removeprefix("--").strip() for line in head.group().splitlines()) if head else ""
    return Mart(path.stem, text, comment, columns)


#: What is said about the other tables is made last.
QUALITY = "quality"


def make_tables(engine: Engine, path: Path, judge: Callable[[], None]) -> dict[str, str]:
    """Write the published tables with their comments to a new DuckDB file, from which the engine reads them as
    `mart_<name>` until it is told to `let_go`. Returns name → row count and a digest, whatever their order.

    `judge` is called when all but `QUALITY` are there, and makes what that one is made of.
    """
    engine.execute("fanpin.duckdb", f"ATTACH {literal(str(path))} AS published (STORAGE_VERSION '{STORAGE}')")
    digests = {}
    for mart in sorted(marts(), key=lambda mart: mart.name == QUALITY):
        if mart.name == QUALITY:
            judge()
        table, order = f"published.{mart.name}", _ORDER.get(mart.name, "ORDER BY ALL")
        engine.execute(table, f"CREATE TABLE {table} AS SELECT * FROM (\n{mart.select}\n) {order}")
        engine.execute(table, f"COMMENT ON TABLE {table} IS {literal(mart.comment)}")
        for column, comment in mart.columns.items():
            engine.execute(table, f"COMMENT ON COLUMN {table}.{column} IS {literal(comment)}")
        engine.define(f"mart_{mart.name}", f"SELECT * FROM {table}")
        [(rows, total)] = engine.rows(table, f"SELECT count(*), sum(CAST(hash(m) AS HUGEINT)) FROM {table} m")
        said = hashlib.sha256(mart.select.encode()).hexdigest()[:16]  # another comment makes another file, too
        digests[mart.name] = f"{rows} rows, {total or 0:x}, {said}"
    return digests


def let_go(engine: Engine) -> None:
    """Have the file of `make_tables` finished and closed: the engine reads it no longer."""
    engine.execute("fanpin.duckdb", "DETACH published")
