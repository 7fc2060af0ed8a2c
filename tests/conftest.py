"""Puts this folder on the path, so that every test can import `worlds`."""

import os

import pytest
from hypothesis import settings

#: How long an example takes says something about the machine, not about the code.
settings.register_profile("fanpin", deadline=None)
settings.load_profile("fanpin")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Gives way to Airflow, whose test takes longest and is in one worker from the start."""
    if "dags" not in item.path.parts and not os.nice(0):
        os.nice(10)
