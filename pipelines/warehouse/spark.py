"""The same steps of sql/ on Apache Spark, for more people than one machine holds. Chosen by FANPIN_ENGINE=spark.

The texts of sql/ are written for DuckDB in the part of SQL that both engines read alike; sqlglot translates them.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import warnings
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import polars as pl

from pipelines.parquet import write_parquet
from pipelines.settings import FanpinError, TryAgain, memory
from pipelines.warehouse.engine import Engine, scratch_folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: What Spark says while it starts, and what its scheduler says all the time.
LOG = Path(__file__).with_name("log4j2.properties")

#: What an installation of Spark does not decide by itself. Dates are calendar dates: no time zone may move them.
SETTINGS = {
    "spark.app.name": "fanpin",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.defaultJavaOptions": f"-Dlog4j2.configurationFile={LOG.as_uri()}",
}
#: On this machine alone: nothing listens elsewhere, and small data is not cut into hundreds of parts.
ON_THIS_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.default.parallelism": str(os.cpu_count() or 1),
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.files.minPartitionNum": "1",
}
#: On this machine alone, where FANPIN_MEMORY says nothing.
MEMORY = "3GB"
#: Seconds in which a master that runs takes a connection.
PATIENCE = 3


class SparkEngine(Engine):
    """What `Engine` does, done by Spark. Tables are Parquet in the run's scratch folder, which every executor sees.

    FANPIN_SPARK_MASTER names the cluster; without it Spark runs inside this process. Errors of Spark quote rows; here
    they come out as FanpinError with the name of the step alone.
    """

    def __init__(self, scratch: Path) -> None:
        self._spark = _session()
        self.folder = scratch_folder(scratch)
        self._made = 0

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for table in self._spark.catalog.listTables():
            if table.isTemporary:
                self._spark.catalog.dropTempView(table.name)
        self._spark.catalog.clearCache()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, name: str, select: str) -> None:
        """Make the table `name` of a bare SELECT."""
        with _named(name):
            found, path = self._select(select), _path(self._place(name))
            found.write.parquet(path)
            self._spark.read.schema(found.schema).parquet(path).createOrReplaceTempView(name)

    store = make  # every table lies in files of the run's own

    def define(self, name: str, select: str) -> None:
        """Make the view `name` of a bare SELECT, worked out wherever it is read."""
        with _named(name):
            self._select(select).createOrReplaceTempView(name)

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make the table `name` of a frame."""
        path = self._place(name).with_suffix(".parquet")
        write_parquet(frame, path)
        with _named(name):
            self._spark.read.parquet(_path(path)).createOrReplaceTempView(name)

    def view(self, name: str, files: Iterable[Path], schema: Mapping[str, str], where: str = "TRUE") -> None:
        """Make the view `name` over Parquet files of one schema (column → type), also where there is none."""
        files = list(files)
        with _named(name):
            if files:
                found = self._spark.read.parquet(*map(_path, files)).select(*schema).where(where)
            else:
                found = self._spark.createDataFrame([], ", ".join(f"{c} {_type(kind)}" for c, kind in schema.items()))
            found.createOrReplaceTempView(name)

    def gather(self, name: str, schema: Mapping[str, str], selects: Mapping[str, str]) -> None:
        """Make the table `name` of SELECTs that each give some of its columns; the others are NULL."""
        paths = []
        for step, select in selects.items():
            with _named(step):
                part = self._select(select)
                missing = [f"CAST(NULL AS {_type(kind)}) AS {c}" for c, kind in schema.items() if c not in part.columns]
                have = [f"CAST({c} AS {_type(schema[c])}) AS {c}" for c in part.columns]
                paths.append(_path(self._place(step)))
                part.selectExpr(*have, *missing).select(*schema).write.parquet(paths[-1])
        with _named(name):  # one scan of all files: a union would be a task for each of them wherever it is read
            columns = ", ".join(f"{c} {_type(kind)}" for c, kind in schema.items())
            self._spark.read.schema(columns).parquet(*paths).createOrReplaceTempView(name)

    def write(self, name: str, path: Path) -> None:
        """Write the table `name` as one Parquet file, its rows in any order."""
        folder = self._place(name)
        with _named(name):
            self._spark.table(name).coalesce(1).write.parquet(_path(folder))
        [part] = folder.glob("part-*.parquet")
        shutil.move(part, path)
        shutil.rmtree(folder)

    def table(self, name: str, select: str) -> tuple[list[str], list[tuple]]:
        """The columns and all rows of a query."""
        with _named(name):
            found = self._select(select)
            return found.columns, [tuple(row) for row in found.collect()]

    def _select(self, select: str) -> DataFrame:
        return self._spark.sql(translated(select))

    def _place(self, name: str) -> Path:
        """A new place in the scratch folder: a table that is made again may still be read."""
        self._made += 1
        return self.folder / f"{name}-{self._made}"


def translated(select: str) -> str:
    """A statement of sql/ as Spark reads it."""
    import sqlglot

    [text] = sqlglot.transpile(select, read="duckdb", write="spark")
    return text


def needs() -> None:
    """Raises FanpinError where PySpark, sqlglot or Java is not there. It does not start Spark."""
    java = os.environ.get("JAVA_HOME")
    missing = [package for package in ("pyspark", "sqlglot") if find_spec(package) is None]
    if not shutil.which(f"{java}/bin/java" if java else "java"):
        missing.append(f"Java ({java}/bin/java, as JAVA_HOME says)" if java else "Java")
    if missing:
        raise FanpinError(
            f"FANPIN_ENGINE=spark lacks {', '.join(missing)}: `make spark` installs pyspark and sqlglot; Java 17 or "
            "newer comes from the system, or JAVA_HOME names its folder."
        )


def reach(master: str) -> None:
    """Raises FanpinError where a master of Spark's own kind takes no connection at any of its addresses."""
    if not master.startswith("spark://"):
        return  # yarn, k8s and what else there is: Spark knows how to find them
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
        except (OSError, ValueError, OverflowError):  # also of what is no address
            continue
        return
    raise FanpinError(
        f"nothing takes a connection at {master} within {PATIENCE} seconds: see that this master runs and can be "
        "reached from here, or set FANPIN_SPARK_MASTER to another, like spark://host:7077."
    )


def _session() -> SparkSession:
    needs()
    from pyspark.sql import SparkSession

    master = os.environ.get("FANPIN_SPARK_MASTER")
    chosen = SETTINGS if master else SETTINGS | ON_THIS_MACHINE | {"spark.driver.memory": f"{memory(MEMORY)}m"}
    builder = SparkSession.builder.master(master or "local[*]")
    for setting, value in chosen.items():
        builder = builder.config(setting, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas, which nothing here uses
            spark = builder.getOrCreate()
    except Exception as error:
        if _condition(error) == "JAVA_GATEWAY_EXITED":
            raise FanpinError(
                "Java did not start Spark; what it printed says why. It must be 17 or newer (JAVA_HOME), get no more "
                "memory than this machine has (FANPIN_MEMORY), and know the kind of master (FANPIN_SPARK_MASTER)."
            ) from None
        raise TryAgain(
            f"Spark did not start on {master or 'this machine'} ({type(error).__name__}): "
            + ("see that this master runs and can be reached from here" if master else "free memory and disk")
            + ", and run the day again."
        ) from None
    spark.sparkContext.setLogLevel("OFF")  # its warnings may quote rows; loggers that LOG names keep their own level
    logging.getLogger("py4j").setLevel(logging.CRITICAL)  # and so may what passes between the two
    return spark


class _named:
    """Turns an error of Spark, which may quote rows, into one that names the step alone."""

    def __init__(self, step: str) -> None:
        self._step = step

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from py4j.protocol import Py4JError
        from pyspark.errors import AnalysisException, PySparkException

        if isinstance(error, AnalysisException):
            raise FanpinError(f"the step {self._step} failed in Spark, report it: {_condition(error)}.") from None
        if isinstance(error, (PySparkException, Py4JError)):
            raise TryAgain(
                f"the step {self._step} failed in Spark ({_condition(error)}). Where it ran out of memory or disk, or "
                "lost a machine, give it more and run the day again; else see whether `fanpin doctor` finds a damaged "
                "file, or report it with this line."
            ) from None


def _condition(error: Exception) -> str:
    """What Spark calls an error; its text may quote rows."""
    return getattr(error, "getCondition", lambda: None)() or type(error).__name__


def _type(kind: str) -> str:
    """A type of `staged_schema` as Spark calls it."""
    return kind.replace("VARCHAR", "STRING")


def _path(path: Path) -> str:
    """A path as Spark reads it: literal, no character of a name a wildcard."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve()))
