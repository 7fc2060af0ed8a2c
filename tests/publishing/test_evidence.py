"""A warning that a stopped feed holds where it is keeps its own evidence, whatever is delivered in the file's place."""

import shutil
from pathlib import Path

import duckdb
import pytest
from worlds.opening import BEFORE, DAY, folder

from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings

from .conftest import installation

DELIVERED = "2025-05-27"


@pytest.fixture
def held_up(tmp_path: Path) -> Settings:
    """An installation run on `BEFORE`, in which deaths count as stopped on `DAY`."""
    reference = shutil.copytree(CHECKOUT / "data" / "reference", tmp_path / "reference")
    with open(reference / "parameters.csv", "a", encoding="utf-8") as file:
        file.write("max_age_deaths,,0,2021-07-07,,test\n")
    settings = installation(tmp_path / "home")
    settings = Settings(settings.home, reference, settings.key)
    run(settings, BEFORE, BEFORE, lambda _: None)
    return settings


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
