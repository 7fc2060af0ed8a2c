"""Reads cases from TOML.

A file states one rule (or, in `states/`, one line of the employment state) and tries it from all sides:

    says = "…"              the sentence of rules.md that is tried
    level = "yellow"        of a hit that does not say its own
    rests_on = ["…"]        parameters without a value of which the rule can't hold
    born = "1980-06-16"     甲's birth date, or a table of several people's; all are born on 1980-05-01 otherwise
    parameters.… = 2        the county's own values; `""` is no value, `[]` leaves the province's

    [given]                 the rows every case starts from: registry = [{…}], posts = [{…}], …

    [[hit]]                 the rule holds. Or [[near_miss]], [[conflict]], [[no_value]], [[doubt]]: it does not
    name = "…"              a sentence
    change.posts = {…}      these columns, in every row of the feed (a list: row by row)
    also.posts = [{…}]      more rows, from the defaults of `rows.py`
    drop = ["registry"]     no row of these feeds
    born, parameters, date  as they differ

What must come out of a hit: `level` (or `levels`), `county` (or `counties`), `key` (or `keys`), `evidence` (rows by
feed). `lapses` says of a case that is none whether the rule would hold without its window. What must come out of a
state: `is`, `since`, `cause`. `xfail` says why a case is known to fail.

A row names its person by `who` (甲 where it says nothing), another one's name by `name = "乙"`, and counties by
`here`, `neighbour` (same prefecture) and `there` (another prefecture), in this order of their codes.
"""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipelines.feeds import FEEDS
from worlds.rows import DAY, full

#: Kinds of cases in which nothing may come out.
QUIET = ("near_miss", "conflict", "no_value", "doubt")
KINDS = ("hit", "state", *QUIET)

_OF_FILE = {"says", "level", "rests_on", "born", "parameters", "given", "rule", "date", *KINDS}
_OF_CASE = {
    "name", "rule", "change", "also", "drop", "born", "parameters", "date", "level", "levels", "county", "counties",
    "key", "keys", "evidence", "lapses", "is", "since", "cause", "xfail",
}  # fmt: skip


@dataclass
class Case:
    """One sentence: what is delivered, on which date, under which reference tables, and what must come out."""

    rule: str
    kind: str
    name: str
    date: str
    rows: dict[str, list[dict[str, Any]]]
    born: dict[str, str]
    parameters: dict[str, Any]
    expect: dict[str, Any]
    reference: str = ""
    #: Given by the world it is packed into: a number that is nobody else's.
    number: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.kind}-{self.name}"


def parameters(cases: list[Case]) -> list[Any]:
    """Cases as `pytest.mark.parametrize` wants them; one that is known to fail says why."""
    known = {
        case.id: [pytest.mark.xfail(reason=case.expect["xfail"], strict=True)]
        for case in cases
        if "xfail" in case.expect
    }
    return [pytest.param(case, id=case.id, marks=known.get(case.id, ())) for case in cases]


def read_cases(path: Path) -> list[Case]:
    """The cases of one file, in its order. Raises KeyError where it says something unknown."""
    text = tomllib.loads(path.read_text(encoding="utf-8"))
    _known(path, text, _OF_FILE)
    cases = []
    for kind in KINDS:
        for said in text.get(kind, []):
            _known(path, said, _OF_CASE)
            expect = {key: said[key] for key in _OF_CASE & said.keys()}
            if kind == "hit":
                expect.setdefault("level", text.get("level"))
            cases.append(
                Case(
                    rule=said.get("rule") or text.get("rule") or path.stem,
                    kind=kind,
                    name=said["name"],
                    date=said.get("date") or text.get("date") or DAY,
                    rows=_rows(text.get("given", {}), said),
                    born=_born(text) | _born(said),
                    parameters=text.get("parameters", {}) | said.get("parameters", {}),
                    expect=expect,
                )
            )
    return cases


def rests_on(path: Path) -> list[str]:
    """The parameters that a file says its rule rests on."""
    return tomllib.loads(path.read_text(encoding="utf-8")).get("rests_on", [])


def _rows(given: dict[str, list], said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    rows = {feed: deepcopy(list(found)) for feed, found in given.items() if feed not in said.get("drop", [])}
    for feed, change in said.get("change", {}).items():
        changes = [change] * len(rows[feed]) if isinstance(change, dict) else change
        rows[feed] = [row | new for row, new in zip(rows[feed], changes, strict=True)]
    for feed, more in said.get("also", {}).items():
        rows.setdefault(feed, []).extend(more)
    return {feed: [one for row in found for one in full(feed, row)] for feed, found in rows.items() if feed in FEEDS}


def _born(said: dict[str, Any]) -> dict[str, str]:
    born = said.get("born", {})
    return {"甲": born} if isinstance(born, str) else born


def _known(path: Path, said: dict[str, Any], known: set[str]) -> None:
    for key in said.keys() - known:
        raise KeyError(f"{path.name}: {key} is none of {', '.join(sorted(known))}")
