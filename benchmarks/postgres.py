"""The files of sql/ on a throw-away PostgreSQL, for comparison only: sqlglot translates them, psql hands them over."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from pipelines.warehouse.engine import Engine, quoted

if TYPE_CHECKING:
    from sqlglot import exp

#: Beside what PostgreSQL decides by itself: memory for sorts and hashes; nothing is made to outlast a crash; no nested
#: loops where another way is left, for it takes the rows of a WITH that is read twice for one and loops over thousands.
SETTINGS = {
    "enable_nestloop": "off",
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "Asia/Shanghai",
}
#: PostgreSQL does not run as root.
OTHER_USER = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


def programs() -> Path | None:
    """The folder of the newest PostgreSQL of this machine; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    path = found[-1] if found else shutil.which("postgres")
    return Path(path).resolve().parent if path else None


@contextmanager
def cluster_folder(scratch: Path | None) -> Iterator[Path]:
    """A folder with a new, empty cluster, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=scratch))
    try:
        if OTHER_USER:
            shutil.chown(folder, **OTHER_USER)
        command = [programs() / "initdb", "-D", folder / "data", "-U", "fanpin", "--locale=C", "--encoding=UTF8"]
        subprocess.run([*command, "--no-sync", "-A", "trust"], check=True, stdout=subprocess.DEVNULL, **OTHER_USER)
        yield folder
    finally:
        shutil.rmtree(folder)


class PostgresEngine:
    """The server of a cluster, as a child of this process, so that its CPU time counts. Tables are not logged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [programs() / "postgres", "-D", folder / "data", "-k", folder, *options]
        with open(folder / "log", "wb") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, **OTHER_USER)
        while subprocess.run([programs() / "pg_isready", "-q", "-h", folder], check=False).returncode:
            if self._server.poll() is not None:
                raise SystemExit("PostgreSQL did not start")
            sleep(0.1)

    def __enter__(self) -> PostgresEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self._server.terminate()
        self._server.wait()

    def _psql(self, name: str, statement: str, **streams: object) -> str:
        command = [
            programs() / "psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self._folder,
            "-U",
            "fanpin",
            "postgres",
        ]
        streams = {"stdout": subprocess.PIPE} | streams
        done = subprocess.run([*command, "-c", statement], stderr=subprocess.PIPE, text=True, check=False, **streams)
        if done.returncode:
            raise SystemExit(f"the step {name} failed in PostgreSQL: {done.stderr}")
        return done.stdout

    def make(self, name: str, select: str) -> None:
        """Make the table `name` of a bare SELECT of sql/."""
        self._psql(name, f"CREATE UNLOGGED TABLE {name} AS {translated(select)}")
        self._psql(name, f"ANALYZE {name}")

    store = make

    def define(self, name: str, select: str) -> None:
        """Make the view `name` of a bare SELECT of sql/."""
        self._psql(name, f"CREATE VIEW {name} AS {translated(select)}")

    def gather(self, name: str, schema: Mapping[str, str], selects: Mapping[str, str]) -> None:
        """Make the table `name` of SELECTs that each give some of its columns; the others are NULL."""
        self._psql(name, f"CREATE UNLOGGED TABLE {name} ({', '.join(f'{c} {kind}' for c, kind in schema.items())})")
        for step, select in selects.items():
            self.define("gathered", select)
            found = (
                "SELECT attname FROM pg_attribute WHERE attrelid = 'gathered'::regclass AND attnum > 0 ORDER BY attnum"
            )
            columns = ", ".join(self._psql(step, found).split())
            self._psql(step, f"INSERT INTO {name} ({columns}) SELECT {columns} FROM gathered")
            self._psql(step, "DROP VIEW gathered")
        self._psql(name, f"ANALYZE {name}")

    def load(self, name: str, duckdb: Engine) -> None:
        """Copy the table or view `name` of a DuckDB."""
        columns = duckdb.rows(name, f"DESCRIBE SELECT * FROM {name}")
        self._psql(
            name, f"CREATE UNLOGGED TABLE {name} ({', '.join(f'{column[0]} {column[1]}' for column in columns)})"
        )
        path = self._folder / f"{name}.csv"
        duckdb.execute(name, f"COPY (SELECT * FROM {name}) TO '{path}' (FORMAT csv, HEADER false, NULLSTR '\\N')")
        with open(path, encoding="utf-8") as rows:
            self._psql(name, rf"COPY {name} FROM STDIN (FORMAT csv, NULL '\N')", stdin=rows)
        path.unlink()
        self._psql(name, f"ANALYZE {name}")

    def write(self, name: str, path: Path) -> None:
        """Write the table `name` as CSV, for `read`."""
        with open(path, "w", encoding="utf-8") as rows:
            self._psql(name, rf"COPY (SELECT * FROM {name}) TO STDOUT (FORMAT csv, NULL '\N')", stdout=rows)


def read(path: Path, schema: Mapping[str, str]) -> str:
    """What a DuckDB reads from to see what `write` wrote, with these columns."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in schema.items())
    given = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', nullstr='\\N'"
    return f"read_csv({quoted([path])}, {given}, columns={{{columns}}})"


def translated(select: str) -> str:
    """A statement of sql/ as PostgreSQL reads it. Raises an error of sqlglot where it knows no translation."""
    import sqlglot

    tree = sqlglot.parse_one(select, read="duckdb").transform(_group_by_columns)
    return tree.sql("postgres", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _group_by_columns(node: exp.Expression) -> exp.Expression:
    """The columns that GROUP BY ALL means: PostgreSQL 15 does not know it."""
    from sqlglot import exp

    if isinstance(node, exp.Select) and (group := node.args.get("group")) and group.args.get("all"):
        columns = [each.unalias().copy() for each in node.selects if not each.find(exp.AggFunc)]
        node.set("group", exp.Group(expressions=columns))
    return node
