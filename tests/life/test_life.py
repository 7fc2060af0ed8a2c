"""A warning from its opening to its end, and what feedback makes of it. The stories are told in TOML files."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories import RUN_DATES, Run, Story, read_stories

STORIES = read_stories(sorted(Path(__file__).parent.glob("*.toml")))


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Run:
    return Run(tmp_path_factory.mktemp("life"), STORIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.case.rule}-{story.case.name}")
def test_story(story: Story, told: Run) -> None:
    found = {day: told.lines(story, day, said) for day, said in story.then.items()}
    assert found == story.then


def test_a_warning_keeps_its_id(told: Run) -> None:
    ids: dict[tuple, str] = {}
    for day in RUN_DATES:
        for warning in told.warnings(day):
            which = warning["rule"], warning["key_person"], warning["key_rest"], warning["opened_on"]
            assert ids.setdefault(which, warning["warning_id"]) == warning["warning_id"]
    assert len(set(ids.values())) == len(ids), "two warnings have one ID"


def test_later_run_dates_never_show_in_an_earlier_one(told: Run) -> None:
    for day in RUN_DATES:
        for warning in told.warnings(day):
            assert warning["opened_on"] <= day
            assert warning["resolved_on"] is None or warning["resolved_on"] <= day
