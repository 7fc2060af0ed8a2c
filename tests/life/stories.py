"""Stories of warnings, read from TOML and run together over the same run dates.

    [[story]]
    name = "…"                what happens, as a sentence
    rule = "…"
    posts = [{…}, …]          rows of feeds, as in the cases of rules; delivered on 2025-06-01 where they don't say
    feedback = [{ of = 2025-06-02, … }]   feedback on the warning opened that day (or `warning_id`, as it was typed)
    parameters.… = …          the county's own
    [story.then]              run date → the warnings as they stood on it, in the order in which they opened
    2025-06-03 = ["2025-06-02 open"]
    2025-06-04 = ["2025-06-02 resolved 2025-06-04"]

A line says when the warning opened, its status, when it ended; and, where that is the point: its level, `in` a county,
`due` a date, `overdue`, `service-overdue` (or `not-overdue`, `not-service-overdue`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
from worlds.casefile import Case
from worlds.references import write_reference
from worlds.rows import full
from worlds.world import Place, deliver

from pipelines.exports import LEVELS
from pipelines.feeds import FEEDS
from pipelines.settings import Settings
from pipelines.staging.identities import Identities
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings

RUN_DATES = [
    date(2025, 6, 2),
    date(2025, 6, 3),
    date(2025, 6, 4),
    date(2025, 6, 5),
    date(2025, 6, 20),
    date(2025, 9, 15),
]

_COLUMNS = (
    "warning_id", "key_person", "key_rest", "rule", "opened_on", "status", "resolved_on", "level", "county_code",
    "due_on", "is_overdue", "is_service_overdue",
)  # fmt: skip


class Story:
    """One story: its rows, its feedback, and what is known of its warnings on each run date."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.feedback = said.pop("feedback", [])
        self.then = {date.fromisoformat(day): lines for day, lines in said.pop("then").items()}
        rows = {feed: [one for row in said.pop(feed) for one in full(feed, row)] for feed in FEEDS if feed in said}
        self.case = Case(
            rule=said.pop("rule"),
            kind="story",
            name=said.pop("name"),
            date=str(RUN_DATES[0]),
            rows=rows,
            born={"甲": said.pop("born")} if "born" in said else {},
            parameters=said.pop("parameters", {}),
            expect={},
        )
        assert not said, f"unknown: {sorted(said)}"
        assert set(self.then) <= set(RUN_DATES), "only run dates can be looked at"


def read_stories(paths: Iterable[Path]) -> list[Story]:
    """The stories of the files."""
    return [Story(said) for path in paths for said in tomllib.loads(path.read_text(encoding="utf-8"))["story"]]


class Run:
    """All stories in one installation, run on each run date; then their feedback is delivered, and all is run again."""

    def __init__(self, home: Path, stories: list[Story]) -> None:
        self.settings = Settings(home, home / "reference", b"a key for tests")
        self.places: dict[str, Place] = {}
        for number, story in enumerate(stories):
            story.case.number = number
            self.places[story.case.name] = Place(story.case)
        assert len(self.places) == len(stories), "two stories have the same name"
        places = list(self.places.values())
        deliver(self.settings, places, RUN_DATES[0])
        cases = [(place.case, place.counties) for place in places]
        write_reference(self.settings.reference, "", RUN_DATES[0], cases)
        self.run(RUN_DATES)
        for story in stories:
            place = self.places[story.case.name]
            ids = {w["opened_on"]: w["warning_id"] for w in self.warnings(RUN_DATES[-1]) if self.tells(story, w)}
            place.case.rows = {"feedback": [self._answer(row, ids) for row in story.feedback]}
        deliver(self.settings, places, RUN_DATES[0])
        self.run(RUN_DATES)

    @staticmethod
    def _answer(said: dict[str, Any], ids: dict[date, str]) -> dict[str, Any]:
        row = {key: str(value) for key, value in said.items() if key != "of"}
        if "of" in said:
            row["warning_id"] = ids[said["of"]]
        return full("feedback", row)[0]

    def run(self, days: Iterable[date]) -> None:
        """What `fanpin run` does for each of the days, but for publishing."""
        for day in days:
            stage(self.settings, day)
            reconcile(self.settings, day)
        self._known: dict[date, list[dict[str, Any]]] = {}

    def warnings(self, day: date) -> list[dict[str, Any]]:
        """Every warning as it stands on `day`."""
        if day not in self._known:
            with Engine(self.settings.home / "scratch") as engine:
                derive_warnings(engine, self.settings, day)
                rows = engine.rows("warnings", f"SELECT {', '.join(_COLUMNS)} FROM warnings")
            self._known[day] = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        return self._known[day]

    @cached_property
    def _persons(self) -> dict[int, str]:
        return dict(Identities(self.settings).texts("id", None).iter_rows())

    def tells(self, story: Story, warning: dict[str, Any]) -> bool:
        """Whether a warning is the one that the story is about."""
        key = "|".join(part for part in (self._persons.get(warning["key_person"]), warning["key_rest"]) if part)
        return warning["rule"] == story.case.rule and self.places[story.case.name].owns(key)

    def of(self, story: Story, day: date) -> list[dict[str, Any]]:
        """The story's warnings on `day`, in the order in which they opened."""
        found = [warning for warning in self.warnings(day) if self.tells(story, warning)]
        return sorted(found, key=lambda warning: warning["opened_on"])

    def lines(self, story: Story, day: date, said: list[str]) -> list[str]:
        """The story's warnings on `day`, each as its line in `said` would have it."""
        found = self.of(story, day)
        counties = {code: word for word, code in self.places[story.case.name].counties.items()}
        return [
            _line(warning, counties, said[place] if place < len(said) else "") for place, warning in enumerate(found)
        ]


def _line(warning: dict[str, Any], counties: dict[str, str], said: str) -> str:
    parts = [str(warning["opened_on"]), warning["status"]]
    if warning["resolved_on"]:
        parts.append(str(warning["resolved_on"]))
    words = said.split()
    level = LEVELS[warning["level"]]
    if set(words) & set(LEVELS.values()):
        parts.append(level)
    if "in" in words:
        parts.append(f"in {counties[warning['county_code']]}")
    if "due" in words:
        parts.append(f"due {warning['due_on'] or 'never'}")
    for name in ("overdue", "service-overdue"):
        if {name, f"not-{name}"} & set(words):
            parts.append(name if warning[f"is_{name.replace('-', '_')}"] else f"not-{name}")
    return " ".join(parts)


def table(settings: Settings, days: Iterable[date]) -> list[pl.DataFrame]:
    """`fanpin export warnings` of each day, sorted."""
    from pipelines.exports import warnings

    return [(found := warnings(settings, day)).sort(found.columns) for day in days]
