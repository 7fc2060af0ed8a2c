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


#: How rows are put in order: all columns would do, but of `warnings` the first is the key, and `persons` are so many that
#: it would take as long as all else about the file.
_ORDER = {"warnings": " ORDER BY 1", "persons": ""}


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


def make_tables(engine: Engine, judge: Callable[[], None]) -> dict[str, str]:
    """Make the published tables as `mart_<name>`. Returns name → row count and a digest, whatever their order.

    `judge` is called when all but `QUALITY` are there, and makes what that one is made of.
    """
    digests = {}
    for mart in sorted(marts(), key=lambda mart: mart.name == QUALITY):
        if mart.name == QUALITY:
            judge()
        engine.make(f"mart_{mart.name}", mart.select)
        digest = "SELECT count(*), sum(CAST(hash(m) AS HUGEINT))"
        [(rows, total)] = engine.rows(mart.name, f"{digest} FROM mart_{mart.name} m")
        said = hashlib.sha256(mart.select.encode()).hexdigest()[:16]  # another comment makes another file, too
        digests[mart.name] = f"{rows} rows, {total or 0:x}, {said}"
    return digests


def write_database(engine: Engine, path: Path) -> None:
    """Write the tables of `make_tables` with their comments to a new DuckDB file."""
    engine.execute("fanpin.duckdb", f"ATTACH {literal(str(path))} AS published (STORAGE_VERSION '{STORAGE}')")
    try:
        for mart in marts():
            table = f"published.{mart.name}"
            order = _ORDER.get(mart.name, " ORDER BY ALL")
            engine.execute(table, f"CREATE TABLE {table} AS SELECT * FROM mart_{mart.name}{order}")
            engine.execute(table, f"COMMENT ON TABLE {table} IS {literal(mart.comment)}")
            for column, comment in mart.columns.items():
                engine.execute(table, f"COMMENT ON COLUMN {table}.{column} IS {literal(comment)}")
    finally:
        engine.execute("fanpin.duckdb", "DETACH published")
