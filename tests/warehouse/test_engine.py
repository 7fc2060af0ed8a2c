"""How much memory DuckDB gets, and its failures: what may pass by itself is told from what somebody must mend."""

import resource
import signal

import pytest

from pipelines.settings import FanpinError, TryAgain, memory
from pipelines.warehouse.engine import Engine


def test_memory_that_runs_out_may_pass_and_is_said_in_our_words(tmp_path):
    with Engine(tmp_path) as engine, pytest.raises(TryAgain) as error:
        engine.execute("limit", "SET memory_limit = '100MB'")
        engine.execute("disk", "SET max_temp_directory_size = '1MB'")
        engine.make("many", "SELECT md5(range::VARCHAR) AS x, md5((range + 1)::VARCHAR) AS y FROM range(3_000_000)")
    assert "the step many ran out of memory" in str(error.value) and "FANPIN_MEMORY" in str(error.value)
    assert "SET " not in str(error.value)


def test_a_disk_that_is_full_may_pass(tmp_path, monkeypatch):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with Engine(tmp_path) as engine, pytest.raises(TryAgain, match="the step few could not read or write on disk"):
            engine.make("few", "SELECT range AS x FROM range(1_000_000)")
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
            engine.write("few", tmp_path / "few.parquet")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize(
    ("said", "amount"), [("750MB", 750), ("1.5GB", 1500), ("2 gb", 2000), ("", 3000), ("1.2345GB", 1234)]
)
def test_memory_is_whole_megabytes(monkeypatch, said, amount):
    monkeypatch.setenv("FANPIN_MEMORY", said)
    assert memory("3GB") == amount


@pytest.mark.parametrize("said", ["2", "abc", "1.5", "-2GB", "1,5GB", "0GB", "499MB", "80%"])
def test_memory_that_is_no_amount_is_refused(tmp_path, monkeypatch, said):
    monkeypatch.setenv("FANPIN_MEMORY", said)
    with pytest.raises(FanpinError, match=f"FANPIN_MEMORY is {said}: set it to an amount like 750MB or 1.5GB"):
        Engine(tmp_path)
    assert not any(tmp_path.iterdir())


def test_what_a_step_asks_for_wrongly_does_not_pass(tmp_path):
    with Engine(tmp_path) as engine, pytest.raises(FanpinError, match="the step bad failed in DuckDB") as error:
        engine.make("bad", "SELECT CAST('340102198005011234' AS INTEGER)")
    assert not isinstance(error.value, TryAgain) and "340102" not in str(error.value)
