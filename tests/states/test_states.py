"""The employment state: each line of the list, what makes it, and which line comes first. The cases are TOML files."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds.casefile import Case, parameters, read_cases
from worlds.world import Worlds

FILES = sorted(Path(__file__).parent.glob("*.toml"))
CASES = [case for path in FILES for case in read_cases(path)]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory) -> Worlds:
    return Worlds(CASES, lambda: tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("case", parameters(CASES))
def test_case(case: Case, worlds) -> None:
    world = worlds.of(case)
    found = world.states[world.places[case.id].id_number("甲")]
    assert found == tuple(case.expect.get(part, "") for part in ("is", "since", "cause"))


def test_everybody_of_the_registry_has_one_state(worlds) -> None:
    world = worlds.of(CASES[0])
    people = {
        place.id_number(row["who"]) for place in world.places.values() for row in place.case.rows.get("registry", [])
    }
    assert world.states.keys() == people
