"""What the benchmarks compare DuckDB with concludes the same, or the comparison says nothing."""

import importlib
from datetime import timedelta

import polars as pl
import pytest

from pipelines.feeds import FEEDS
from pipelines.settings import CHECKOUT, Settings
from pipelines.simulation.simulate import START, simulate
from pipelines.staging.accounts import row_files
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import SQL
from pipelines.warehouse.kept import kept


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A made-up province, staged and reconciled, and the day."""
    settings = Settings(tmp_path_factory.mktemp("home"), CHECKOUT / "data" / "reference", b"a key for tests")
    day = START + timedelta(days=2)
    simulate(settings.home, 1500, 2, 7, reference=settings.reference)
    stage(settings, day)
    reconcile(settings, day)
    return settings, day


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_the_same_states(home, library, tmp_path):
    work_out = importlib.import_module(f"benchmarks.{library}_states").states
    settings, day = home
    files = {feed: row_files(settings, feed, day) for feed in FEEDS}
    work_out(files, kept(settings, day, "parameters"), day, tmp_path / "states.parquet")
    expected = pl.read_parquet(kept(settings, day, "states"), glob=False)
    assert expected["state"].n_unique() == 8, "every state must be there, or little is compared"
    assert pl.read_parquet(tmp_path / "states.parquet").cast(dict(expected.schema)).equals(expected)


@pytest.mark.parametrize("folder", ["truth", "identity", "state", "rules", "warnings"])
def test_postgresql_has_a_word_for_everything(folder):
    pytest.importorskip("sqlglot", reason="needs sqlglot (make spark)")
    from benchmarks.postgres import translated

    for path in sorted((SQL / folder).glob("*.sql")):
        text = translated(path.read_text(encoding="utf-8"))
        assert not any(word in text for word in ("QUALIFY", "GROUP BY ALL", " SEMI ", " ANTI ")), path.stem
