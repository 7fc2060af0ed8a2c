"""Puts this folder on the path, so that every test can import `worlds`; which tests start first."""

import os

import pytest
from hypothesis import settings

#: How long an example takes says something about the machine, not about the code.
settings.register_profile("fanpin", deadline=None)
settings.load_profile("fanpin")

NICE = os.nice(0)

#: Those that take longest start first: the last to start decides when all have ended. What comes fourth is short, for
#: it is given to the worker that waits for Airflow.
FIRST = (
    "test_end_to_end.py",
    "test_spark.py",
    "test_main_job.py",
    "test_graph.py",
    "test_changes.py",
    "test_trouble.py",
    "test_cli.py",
    "test_workbook_back.py",
    "test_readiness.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files of `FIRST` first, in that order."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Gives way to Airflow, whose test takes longest and is in one worker from the start."""
    if "dags" not in item.path.parts and os.nice(0) == NICE:
        os.nice(10)
