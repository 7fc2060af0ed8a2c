"""A small county whose deliveries the tests spoil and mend."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.feeds import FEEDS
from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings
from pipelines.staging.accounts import FileAccount
from worlds import people
from worlds.rows import DEFAULTS

COUNTY = "340422"
DAY = date(2025, 6, 16)
BORN = date(1980, 5, 1)


def person(number: int) -> dict[str, str]:
    """The name and ID number of the county's person of this number."""
    return {"name": people.name(number), "id_number": people.id_number(COUNTY, BORN, number)}


def row(feed: str, number: int, **changes: Any) -> dict[str, Any]:
    """A row about that person that says nothing out of the ordinary."""
    places = {"village_code": f"{COUNTY}101001", "county_code": COUNTY, "work_region": COUNTY}
    cells = {key: places.get(key, value) for key, value in DEFAULTS[feed].items()}
    return person(number) | cells | changes


def lost(number: int, **changes: Any) -> dict[str, Any]:
    """A record of that person's work, which ended not long ago."""
    return row("employment", number, record_no=f"R{number}", ended_on="2025-06-10") | changes


def post(number: int, **changes: Any) -> dict[str, Any]:
    """The row of the ledger in which that person holds a post."""
    return row("posts", number, post_no=f"岗{number}") | changes


def deliver(settings: Settings, feed: str, rows: list[dict[str, Any]], day: date = DAY, name: str = "a.csv") -> Path:
    """Put a file into landing."""
    path = settings.landing / feed / day.isoformat() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def county(tmp_path: Path) -> Settings:
    """The small county, in a home of the test's own."""
    return founded(tmp_path / "home")


def founded(home: Path) -> Settings:
    """Forty people of the registry, on a post each, and no warning about any."""
    settings = Settings(home, CHECKOUT / "data" / "reference", b"a key for tests")
    numbers = range(1, 41)
    deliver(settings, "registry", [row("registry", n, household_no=f"户{n}") for n in numbers])
    deliver(settings, "posts", [row("posts", n, post_no=f"岗{n}") for n in numbers])
    return settings


class Stories:
    """Stories of a small county that are run together: what each delivers stands above its test.

    Each is about people of its own, of the registry, who have no post unless they are said to. A snapshot is delivered
    whole on every day on which somebody's row in it is new.
    """

    def __init__(self, people: range) -> None:
        self._said: dict[tuple[str, date, str], list[dict[str, Any]]] = defaultdict(list)
        self.say(DAY, "registry", *(row("registry", n, household_no=f"户{n}") for n in people))

    def say(self, day: date, feed: str, *rows: dict[str, Any], name: str = "a.csv") -> None:
        """Have rows delivered in a file of that day."""
        self._said[feed, day, name] += rows

    def founded(self, home: Path) -> Settings:
        """The county with everything that is delivered."""
        settings = Settings(home, CHECKOUT / "data" / "reference", b"a key for tests")
        whole: dict[str, dict[tuple, dict[str, Any]]] = defaultdict(dict)
        for (feed, day, name), rows in sorted(self._said.items(), key=lambda said: said[0]):
            if FEEDS[feed].snapshot:
                whole[feed] |= {(said["id_number"], said.get("post_no")): said for said in rows}
                rows = list(whole[feed].values())
            deliver(settings, feed, rows, day, name)
        return settings


def quietly(settings: Settings, day: date) -> list[FileAccount]:
    """Run a day: the accounts of what was staged."""
    return run(settings, day, day, lambda _: None)
