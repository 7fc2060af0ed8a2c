"""Every sentence of the rules has a case that would fail if the sentence were ignored; they stand in the TOML files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from worlds.casefile import Case, parameters, read_cases, rests_on
from worlds.references import IN_FORCE, NO_PARAMETERS
from worlds.world import Worlds

HERE = Path(__file__).parent
RULES = sorted(HERE.glob("*.toml"))
WORDS = sorted(HERE.glob("words/*.toml"))


def under_other_tables(path: Path) -> list[Case]:
    """The rule's first hit again: under instruments just, or just not, in force, and where no parameter has a value."""
    first = next(case for case in read_cases(path) if case.kind == "hit")
    variants = [
        replace(first, kind="hit" if holds else "not_in_force", name=f"under an instrument that {name}", reference=name)
        for name, holds in IN_FORCE.items()
    ]
    kind = "no_value" if rests_on(path) else "hit"
    name = "no parameter has a value"
    return [*variants, replace(first, kind=kind, name=name, reference=NO_PARAMETERS, parameters={})]


CASES = [case for path in (*RULES, *WORDS) for case in read_cases(path)]
CASES += [case for path in RULES for case in under_other_tables(path)]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory) -> Worlds:
    return Worlds(CASES, lambda: tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("case", parameters(CASES))
def test_case(case: Case, worlds) -> None:
    world = worlds.of(case)
    place, found = world.places[case.id], world.of(case)
    holding = [hit for hit in found if hit["holds"]]
    if case.kind != "hit":
        assert not holding, "the rule must not hold"
        if "lapses" in case.expect:
            assert bool(found) == case.expect["lapses"], "whether only a window ran out"
        return
    keys = [place.key(key) for key in case.expect.get("keys", [case.expect["key"]] if "key" in case.expect else [])]
    if keys:
        assert sorted(hit["key"] for hit in holding) == sorted(keys)
    else:
        assert len(holding) == 1, "the rule must hold once"
    assert {hit["level"] for hit in holding} == set(case.expect.get("levels", [case.expect["level"]]))
    counties = case.expect.get("counties", [case.expect.get("county", "here")])
    assert {hit["county"] for hit in holding} == {place.counties[county] for county in counties}
    if "evidence" in case.expect:
        assert all(hit["evidence"] == case.expect["evidence"] for hit in holding)


def test_a_warning_is_a_hit_of_the_day(worlds) -> None:
    world = worlds.of(CASES[0])
    exported = {(w["rule"], w["key"], w["level"], w["county_code"], w["status"]) for w in world.warnings()}
    assert exported == {
        (rule, hit["key"], hit["level"], hit["county"], "open")
        for rule, hits in world.hits.items()
        for hit in hits
        if hit["holds"]
    }
