"""The same steps of sql/ on Apache Spark, for more people than one machine holds. Chosen by FANPIN_ENGINE=spark.

The texts of sql/ are written for DuckDB in the part of SQL that both engines read alike; sqlglot translates them.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import polars as pl

from pipelines.settings import FanpinError
from pipelines.warehouse.engine import Engine, scratch_folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: What an installation of Spark does not decide by itself. Dates are calendar dates: no time zone may move them.
SETTINGS = {
    "spark.app.name": "fanpin",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
#: On this machine alone: nothing listens elsewhere, and small data is not cut into hundreds of parts.
ON_THIS_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.default.parallelism": str(os.cpu_count() or 1),
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.files.minPartitionNum": "1",
    "spark.driver.memory": os.environ.get("FANPIN_MEMORY", "3GB").removesuffix("B").lower(),
}


class SparkEngine(Engine):
    """What `Engine` does, done by Spark. Tables are Parquet in the run's scratch folder, which every executor sees.

    FANPIN_SPARK_MASTER names the cluster; without it Spark runs inside this process. Errors of Spark quote rows; here
    they come out as FanpinError with the name of the step alone.
    """

    def __init__(self, scratch: Path) -> None:
        self.folder = scratch_folder(scratch)
        self._made = 0
        self._spark = _session()

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

    def define(self, name: str, select: str) -> None:
        """Make the view `name` of a bare SELECT, worked out wherever it is read."""
        with _named(name):
            self._select(select).createOrReplaceTempView(name)

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make the table `name` of a frame."""
        path = self._place(name).with_suffix(".parquet")
        frame.write_parquet(path)
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


def _session() -> SparkSession:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise FanpinError(
            "FANPIN_ENGINE=spark needs PySpark: `pip install pyspark sqlglot`, and Java 17 or newer beside it."
        ) from None
    master = os.environ.get("FANPIN_SPARK_MASTER")
    builder = SparkSession.builder.master(master or "local[*]")
    for setting, value in (SETTINGS if master else SETTINGS | ON_THIS_MACHINE).items():
        builder = builder.config(setting, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        raise FanpinError(
            f"Spark did not start ({type(error).__name__}). It needs Java 17 or newer (JAVA_HOME), and the master that "
            "FANPIN_SPARK_MASTER names must be reachable."
        ) from None
    spark.sparkContext.setLogLevel("OFF")  # its warnings may quote rows
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
        from pyspark.errors import PySparkException

        if isinstance(error, (PySparkException, Py4JError)):
            what = getattr(error, "getCondition", lambda: None)() or type(error).__name__
            raise FanpinError(
                f"the step {self._step} failed in Spark ({what}). Where it ran out of memory or disk, give it more and "
                "run the day again; else report it with this line."
            ) from None


def _type(kind: str) -> str:
    """A type of `staged_schema` as Spark calls it."""
    return kind.replace("VARCHAR", "STRING")


def _path(path: Path) -> str:
    """A path as Spark reads it: literal, no character of a name a wildcard."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve()))
