"""Spark concludes of the same staged rows what DuckDB concludes, table for table and row for row."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.settings import CHECKOUT, FanpinError, Settings, TryAgain
from pipelines.simulation.simulate import START, simulate
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import open_engine
from pipelines.warehouse.kept import KEPT, kept

REFERENCE = CHECKOUT / "data" / "reference"

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or not shutil.which("java"),
    reason="needs PySpark (make spark) and Java 17 (make system)",
)

#: Compiling a query, or Spark itself, to the best machine code takes longer than running it once; as do describing and
#: remembering every query, and making room bit by bit.
FOR_SMALL_DATA = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.adaptive.enabled=false "
    "--conf spark.sql.maxPlanStringLength=1000 --conf spark.sql.ui.retainedExecutions=1 "
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=512m "
    "-XX:MetaspaceSize=1g -Xmn1g' pyspark-shell"
)


def deliver(home: Path) -> date:
    """The sample deliveries, in which every family of rules holds for somebody, beside those of a made-up province."""
    simulate(home, 400, 2, 11, reference=REFERENCE)
    shutil.copytree(CHECKOUT / "data" / "sample" / "landing", home / "landing", dirs_exist_ok=True)
    return START + timedelta(days=1)


def rows(settings: Settings, day: date, table: str) -> pl.DataFrame:
    found = pl.read_parquet(kept(settings, day, table), glob=False)
    return found.sort(found.columns, nulls_last=True)


@needs_spark
def test_the_same_rows_in_every_table(tmp_path, monkeypatch):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", FOR_SMALL_DATA)
    monkeypatch.setenv("FANPIN_MEMORY", "2.5GB")
    settings = Settings(tmp_path, REFERENCE, b"a key for tests")
    day = deliver(tmp_path)
    stage(settings, day)
    reconcile(settings, day)
    by_duckdb = {table: rows(settings, day, table) for table in KEPT}
    monkeypatch.setenv("FANPIN_ENGINE", "spark")
    reconcile(settings, day)
    assert by_duckdb["hits"].height and by_duckdb["states"].height
    for table, expected in by_duckdb.items():
        found = rows(settings, day, table)
        assert found.schema == expected.schema, table
        assert found.equals(expected), table


@needs_spark
def test_an_error_of_spark_shows_no_row(tmp_path, monkeypatch):
    monkeypatch.setenv("FANPIN_ENGINE", "spark")
    monkeypatch.setenv("FANPIN_MEMORY", "2.5GB")
    with open_engine(tmp_path) as engine:
        with pytest.raises(TryAgain) as error:  # what fails while it runs may be lack of memory, or a lost machine
            engine.make("people", "SELECT CAST('340102198005011234' AS INTEGER) AS person")
        assert "step people failed in Spark" in str(error.value) and "340102" not in str(error.value)
        with pytest.raises(FanpinError) as error:
            engine.make("people", "SELECT nothing FROM nowhere")
        assert not isinstance(error.value, TryAgain)
    assert not any(tmp_path.iterdir()), "the run's scratch folder is left behind"


def said_of_a_start(tmp_path, **environment: str) -> tuple[str, str]:
    """The error of a Spark that can't start, and what else is printed."""
    start = "import sys, pathlib\nfrom pipelines.warehouse.engine import open_engine\ntry:\n"
    start += (
        "    open_engine(pathlib.Path(sys.argv[1]))\nexcept Exception as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, tmp_path],
        env=os.environ | {"FANPIN_ENGINE": "spark"} | environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert not any(tmp_path.iterdir())
    return done.stdout, done.stderr


@needs_spark
def test_a_master_that_is_not_there_may_pass_and_is_named_without_noise(tmp_path):
    error, noise = said_of_a_start(tmp_path, FANPIN_SPARK_MASTER="spark://nowhere")
    assert error.startswith("TryAgain Spark did not start on spark://nowhere ")
    assert "Java " not in error
    assert "FutureWarning" not in noise and "WARN " not in noise


@pytest.fixture
def master():
    """A master without workers, on loopback."""
    jars = Path(importlib.util.find_spec("pyspark").origin).parent / "jars"
    command = ["java", "-Dspark.master.rest.enabled=false", "-cp", f"{jars}/*", "org.apache.spark.deploy.master.Master"]
    here = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    with subprocess.Popen([*command, *here], env=environment, stderr=subprocess.PIPE, text=True) as process:
        said = (re.search(r"service 'sparkMaster' on port ([0-9]+)", line) for line in process.stderr)
        yield f"spark://127.0.0.1:{next(port for port in said if port)[1]}"
        process.kill()


@needs_spark
def test_a_cluster_that_gives_nothing_is_said(tmp_path, master):
    work = "import sys, pathlib\nfrom pipelines.warehouse.engine import open_engine\n"
    work += "open_engine(pathlib.Path(sys.argv[1])).make('people', 'SELECT 1 AS person')"
    environment = {
        "FANPIN_ENGINE": "spark",
        "FANPIN_SPARK_MASTER": master,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": "--conf spark.starvation.timeout=1s pyspark-shell",
    }
    with subprocess.Popen(
        [sys.executable, "-c", work, tmp_path],
        env=os.environ | environment,
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        patience = threading.Timer(180, run.kill)
        patience.start()
        said = any("Initial job has not accepted any resources" in line for line in run.stderr)
        patience.cancel()
        run.kill()
    assert said


@needs_spark
def test_a_java_that_does_not_start_is_named(tmp_path, tmp_path_factory):
    java = tmp_path_factory.mktemp("java") / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\nexit 1\n")
    java.chmod(0o700)
    error, _ = said_of_a_start(tmp_path, JAVA_HOME=str(java.parents[1]))
    assert error.startswith("FanpinError Java did not start Spark; what it printed says why. It must be 17 or newer")


def test_an_unknown_engine_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("FANPIN_ENGINE", "sparc")
    with pytest.raises(FanpinError, match="set it to duckdb or spark"):
        open_engine(tmp_path)
    assert os.listdir(tmp_path) == []
