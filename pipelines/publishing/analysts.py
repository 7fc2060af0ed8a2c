"""`fanpin.duckdb`: the analysts' file. Its tables, and their comments, are the files of sql/marts/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.warehouse.engine import SQL, Engine, literal

#: Analysts may have an older DuckDB than we do: this layout opens from 1.2 on.
STORAGE = "v1.2.0"


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


def make_tables(engine: Engine) -> dict[str, str]:
    """Make the published tables as `mart_<name>`. Returns name → a digest of its rows, whatever their order."""
    digests = {}
    for mart in marts():
        engine.make(f"mart_{mart.name}", mart.select)
        [(rows, total)] = engine.rows(mart.name, f"SELECT count(*), bit_xor(hash(m)) FROM mart_{mart.name} m")
        digests[mart.name] = f"{rows} rows, {total or 0:016x}"
    return digests


def write_database(engine: Engine, path: Path) -> None:
    """Write the tables of `make_tables` with their comments to a new DuckDB file."""
    engine.execute("fanpin.duckdb", f"ATTACH {literal(str(path))} AS published (STORAGE_VERSION '{STORAGE}')")
    try:
        for mart in marts():
            table = f"published.{mart.name}"
            engine.execute(table, f"CREATE TABLE {table} AS SELECT * FROM mart_{mart.name} ORDER BY ALL")
            engine.execute(table, f"COMMENT ON TABLE {table} IS {literal(mart.comment)}")
            for column, comment in mart.columns.items():
                engine.execute(table, f"COMMENT ON COLUMN {table}.{column} IS {literal(comment)}")
    finally:
        engine.execute("fanpin.duckdb", "DETACH published")
