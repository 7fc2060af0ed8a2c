"""A small installation with two run dates of the sample, for all tests of what is published."""

from __future__ import annotations

import fcntl
import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from worlds.opening import BEFORE, DAY

from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings

REFERENCE, KEY = CHECKOUT / "data" / "reference", b"a key for tests"


def installation(home: Path) -> Settings:
    """The sample's deliveries in a home of their own."""
    shutil.copytree(CHECKOUT / "data" / "sample" / "landing", home / "landing")
    return Settings(home, REFERENCE, KEY)


def next_day(settings: Settings, feed: str, name: str, data: bytes) -> date:
    """Runs the day after with one more delivery."""
    later = DAY + timedelta(days=1)
    landing = settings.landing / feed / later.isoformat()
    landing.mkdir(parents=True, exist_ok=True)
    (landing / name).write_bytes(data)
    run(settings, later, later, lambda _: None)
    return later


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with two run dates, `BEFORE` and `DAY`. Tests do not change it.

    The first worker that needs it makes it; every worker has a copy.
    """
    home = tmp_path_factory.mktemp("published") / "home"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return run_twice(home)
    first = tmp_path_factory.getbasetemp().parent / "published"
    with open(first.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not first.exists():
            run_twice(home).home.rename(first)
    shutil.copytree(first, home, symlinks=True)
    return Settings(home, REFERENCE, KEY)


def run_twice(home: Path) -> Settings:
    settings = installation(home)
    for day in (BEFORE, DAY):
        run(settings, day, day, lambda _: None)
    return settings


@pytest.fixture
def copied(published: Settings, tmp_path: Path) -> Settings:
    """A copy of it, to run on with."""
    home = tmp_path / "home"
    shutil.copytree(published.home, home, symlinks=True)
    return Settings(home, published.reference, published.key)
