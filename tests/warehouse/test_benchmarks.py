"""What DuckDB is compared with concludes the same, or the comparison says nothing; the page loses no result."""

import importlib
from datetime import date, timedelta

import polars as pl
import pytest

from benchmarks import bench, province
from benchmarks.measuring import machine
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
    expected = pl.read_parquet(kept(settings, day, "states"), glob=False).sort("person")
    assert expected["state"].n_unique() == 8, "every state must be there, or little is compared"
    found = pl.read_parquet(tmp_path / "states.parquet").sort("person")
    assert found.cast(dict(expected.schema)).equals(expected)


@pytest.mark.parametrize("folder", ["truth", "identity", "state", "rules", "warnings"])
def test_postgresql_has_a_word_for_everything(folder):
    pytest.importorskip("sqlglot", reason="needs sqlglot (make spark)")
    from benchmarks.postgres import translated

    for path in sorted((SQL / folder).glob("*.sql")):
        text = translated(path.read_text(encoding="utf-8"))
        assert not any(word in text for word in ("QUALIFY", "GROUP BY ALL", " SEMI ", " ANTI ")), path.stem


def test_the_page_says_what_was_measured():
    measured = bench.read(bench.DOCS)
    assert (bench.DOCS / "bench.md").read_text(encoding="utf-8") == bench.page(measured), "make bench writes it"
    assert (bench.DOCS / "pictures" / "bench.svg").read_text(encoding="utf-8") == bench.chart(measured)


def a_part(commit, machine, **ratios):
    rows = [
        {"table": "days", "what": what, "seconds": 1, "ratio": ratio, "memory": 1, "disk": 0}
        for what, ratio in ratios.items()
    ]
    return {"on": "2025-06-03", "commit": commit, "machine": machine, "rows": rows}


def test_a_run_leaves_what_another_machine_measured(tmp_path, monkeypatch):
    steps = {"floor: read": 1, "second day: reconcile, worked out whole": 14}
    other = a_part("0ld", "8 cores", **steps, **{"second day: reconcile, what changed": 16})
    bench.write(tmp_path, {"days/20000": other})
    row = province.Row("days", "second day: reconcile, what changed", 1.0, 7.5, 0.1, 0.1)
    whole = province.Row("days", "second day: reconcile, worked out whole", 1.0, 15.0, 0.1, 0.1)
    monkeypatch.setitem(bench.PARTS, "days", lambda persons, folder: iter([row, whole]))
    monkeypatch.setattr("sys.argv", f"bench --parts days --persons 100000 --commit n3w --out {tmp_path}".split())
    bench.main()
    assert bench.read(tmp_path)["days/20000"] == other
    page = (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "20,000 people, commit 0ld, 2025-06-03, on 8 cores:" in page
    assert f"100,000 people, commit n3w, {date.today()}, on {machine()}:" in page
    assert (
        "is dearer for 20,000 people (16.0 floors against 14.0) and is at least a tenth cheaper from 100,000 people on "
        "(7.5 floors against 15.0)."
    ) in page
    assert (tmp_path / "pictures" / "bench.svg").exists()


def test_where_there_is_nothing_to_draw_there_is_no_picture(tmp_path):
    days = a_part("n3w", "8 cores", **{"floor: read": 1})
    bench.write(tmp_path, {"days/1000": days})
    assert "bench.svg" not in (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("*.svg"))
    bench.write(tmp_path, {"days/1000": days, "days/2000": days})
    assert "(pictures/bench.svg)" in (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "<polyline" in (tmp_path / "pictures" / "bench.svg").read_text(encoding="utf-8")


def test_an_interrupted_part_leaves_its_last_result(tmp_path, monkeypatch):
    before = {"days/1000": a_part("0ld", "8 cores", **{"floor: read": 1})}
    bench.write(tmp_path, before)

    def interrupted(persons, folder):
        yield province.Row("days", "floor: read", 1.0, 1.0, 0.1, 0.1)
        raise SystemExit("a part failed")

    monkeypatch.setitem(bench.PARTS, "days", interrupted)
    monkeypatch.setattr("sys.argv", f"bench --parts days --persons 1000 --out {tmp_path}".split())
    with pytest.raises(SystemExit, match="a part failed"):
        bench.main()
    assert bench.read(tmp_path) == before
