"""A warning that a stopped feed holds where it is keeps its own evidence, whatever is delivered in the file's place."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from worlds.opening import BEFORE, DAY, folder

from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings

DELIVERED = "2025-05-27"


@pytest.fixture(scope="module")
def run_before(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation run on `BEFORE`, in which deaths count as stopped on `DAY`."""
    home = tmp_path_factory.mktemp("evidence")
    reference = shutil.copytree(CHECKOUT / "data" / "reference", home / "reference")
    with open(reference / "parameters.csv", "a", encoding="utf-8") as file:
        file.write("max_age_deaths,,0,2021-07-07,,test\n")
    for feed in ("registry", "posts", "deaths"):
        shutil.copytree(CHECKOUT / "data" / "sample" / "landing" / feed, home / "landing" / feed)
    settings = Settings(home, reference, b"a key for tests")
    run(settings, BEFORE, BEFORE, lambda _: None)
    return settings


@pytest.fixture
def held_up(run_before: Settings, tmp_path: Path) -> Settings:
    """A copy of it, to run on with."""
    home = shutil.copytree(run_before.home, tmp_path / "home", symlinks=True)
    return replace(run_before, home=home)


def cited(settings: Settings, day) -> set[tuple[str, int | None, int]]:
    query = f"""SELECT warning_id, e.file, e.row_number FROM evidence e JOIN warnings w USING (warning_id)
        WHERE w.rule = 'post_holder_deceased' AND w.status = 'open'
            AND e.feed = 'deaths' AND e.delivered_on = '{DELIVERED}'"""
    with duckdb.connect(str(folder(settings, day) / "fanpin.duckdb"), read_only=True) as database:
        return set(database.execute(query).fetchall())


def test_rows_of_a_replaced_file_can_no_longer_be_looked_up(held_up) -> None:
    before = cited(held_up, BEFORE)
    assert before
    assert all(file == 1 for _, file, _ in before)
    path = held_up.landing / "deaths" / DELIVERED / "data.csv"
    shutil.copy(held_up.landing / "deaths" / "2025-06-01" / "data.csv", path)
    run(held_up, DAY, DAY, lambda _: None)
    assert cited(held_up, DAY) == {(warning, None, row) for warning, _, row in before}


def test_rows_of_a_file_that_moved_are_found_where_it_is_now(held_up) -> None:
    before = cited(held_up, BEFORE)
    shutil.copy(
        held_up.landing / "deaths" / "2025-06-01" / "data.csv", held_up.landing / "deaths" / DELIVERED / "0.csv"
    )
    run(held_up, DAY, DAY, lambda _: None)
    assert cited(held_up, DAY) == {(warning, 2, row) for warning, _, row in before}
