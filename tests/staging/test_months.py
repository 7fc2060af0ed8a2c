"""The files of a month that is over are read as one, which says what they say, for as long as they are the same."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.gates.measures import count_deliveries
from pipelines.settings import FanpinError, Settings
from pipelines.staging import group, months
from pipelines.staging.accounts import files_of_groups, quarantine_files, row_files
from pipelines.staging.stage import stage
from pipelines.warehouse.engine import Engine

FIRST, NEXT_MONTH = date(2025, 5, 28), date(2025, 6, 2)
ANN, BOB = "11010519491231002X", "340123199001011238"
ROW = [ANN, "张三", "2025-05-01", "公安"]
FAULTY = ["1234", "李四", "2025-05-01", "公安"]


def deliver(home: Settings, name: str, *rows: list[str], day: date) -> None:
    path = home.landing / "deaths" / day.isoformat() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [["证件号码", "姓名", "死亡日期", "信息来源"], *rows]
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture
def home(tmp_path) -> Settings:
    """Four dates of May and two of June, each with a faultless and a quarantined row."""
    home = Settings(tmp_path, tmp_path, b"a key")
    for number in range(6):
        deliver(home, "a.csv", ROW, FAULTY, day=FIRST + timedelta(days=number))
    return home


def rows(files: list[Path]) -> list[tuple]:
    return sorted(row for path in files for row in pl.read_parquet(path).rows())


def loose(home: Settings, kind: str, until: date = NEXT_MONTH) -> list[Path]:
    return list(files_of_groups(home, "deaths", until, kind).values())


def check(home: Settings, files: int, until: date = NEXT_MONTH) -> None:
    for kind, found in (
        ("rows", row_files(home, "deaths", until)),
        ("quarantine", quarantine_files(home, "deaths", until)),
    ):
        assert len(found) == files
        assert rows(found) == rows(loose(home, kind, until))


def test_a_month_is_read_as_one_once_it_is_over(home):
    stage(home, date(2025, 5, 31))
    check(home, 4, date(2025, 5, 31))
    stage(home, NEXT_MONTH)
    check(home, 1 + 2)
    check(home, 3, date(2025, 5, 30))  # as of a date in between, when some of it is not there yet
    check(home, 1, date(2025, 5, 31))


def test_what_came_late_is_not_passed_over_and_the_month_is_made_anew(home):
    stage(home, NEXT_MONTH)
    deliver(home, "b.csv", [BOB, "李四", "2025-05-02", "公安"], FAULTY, day=FIRST)
    stage(home, FIRST)
    check(home, 6)
    assert not list((home.staging / "deaths").glob("*.parquet"))  # rows that were taken back don't stay in it
    deliver(home, "b.csv", [BOB, "李四", "2025-05-03", "公安"], day=FIRST)
    stage(home, NEXT_MONTH)
    check(home, 1 + 2)


def test_a_month_of_many_rows_stays_apart(home, monkeypatch):
    monkeypatch.setattr(months, "LARGE", 100)
    stage(home, NEXT_MONTH)
    check(home, 6)


def test_a_month_with_a_lost_file_stays_apart_and_the_file_is_named(home):
    stage(home, date(2025, 5, 31))
    lost = loose(home, "rows")[0]
    lost.unlink()
    stage(home, NEXT_MONTH)
    files, told = row_files(home, "deaths", NEXT_MONTH), f"{lost.name}.*remove staging/deaths/{FIRST}/"
    assert files == loose(home, "rows")
    with Engine(home.home / "scratch") as engine, pytest.raises(FanpinError, match=told):
        engine.view("staged_deaths", files, {"person": "BIGINT"})


def test_a_run_that_is_cut_off_leaves_nothing_that_was_taken_back(home, monkeypatch):
    stage(home, NEXT_MONTH)
    deliver(home, "a.csv", [BOB, "李四", "2025-05-02", "公安"], day=FIRST)

    def cut_off(*_) -> None:
        raise KeyboardInterrupt

    for step in ("write_group", "forget_month"):
        with monkeypatch.context() as patched:
            patched.setattr(group, step, cut_off)
            with pytest.raises(KeyboardInterrupt):
                stage(home, NEXT_MONTH)
        said = rows(loose(home, "rows"))
        assert all(set(pl.read_parquet(path).rows()) <= set(said) for path in (home.staging / "deaths").glob("rows-*"))


def test_a_month_of_files_staged_by_another_version_is_read_as_one(home):
    stage(home, date(2025, 5, 31))
    older = loose(home, "rows")[0]
    pl.read_parquet(older).with_columns(dropped=pl.lit("a")).write_parquet(older)
    stage(home, NEXT_MONTH)
    files = row_files(home, "deaths", NEXT_MONTH)
    assert len(files) == 1 + 2
    assert sum(pl.read_parquet(path).height for path in files) == 6


def test_counts_of_a_month_are_read_as_one(home):
    found = []
    for until in (date(2025, 5, 31), NEXT_MONTH, NEXT_MONTH):
        stage(home, until)
        with Engine(home.home / "scratch") as engine:
            count_deliveries(engine, home, until)
            found.append(engine.rows("counts", "SELECT * FROM delivery_measures ORDER BY ALL"))
    assert found[1] == found[2]
    assert [row for row in found[1] if row[1].month == 5] == found[0]
    assert len(list((home.staging / "deaths").glob("counts-2025-05-*"))) == 1


def test_a_damaged_file_of_a_month_is_named_with_what_mends_it(home):
    stage(home, NEXT_MONTH)
    [whole] = (home.staging / "deaths").glob("rows-2025-05-*")
    whole.write_bytes(whole.read_bytes()[:40])
    files, told = row_files(home, "deaths", NEXT_MONTH), f"staging/deaths/{whole.name}.*remove it"
    with Engine(home.home / "scratch") as engine, pytest.raises(FanpinError, match=told):
        engine.view("staged_deaths", files, {"person": "BIGINT"})
    whole.unlink()
    assert row_files(home, "deaths", NEXT_MONTH) == loose(home, "rows")
