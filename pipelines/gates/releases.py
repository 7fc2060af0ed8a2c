"""Releases: who let a held delivery in, and why. They count for the bytes they were given for, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.files import append_line
from pipelines.settings import FanpinError, Settings


@dataclass(frozen=True)
class Release:
    """A hold that somebody lifted: of a scope of a snapshot, or of a file, as the SHA-256 of its files say."""

    feed: str
    delivered_on: date
    county_code: str | None
    department: str | None
    sha256: tuple[str, ...]
    by: str
    why: str
    #: When it was given, in UTC: for who looks into it later. Nothing is concluded from it.
    at: str = field(default="", repr=False, compare=False)


def releases(settings: Settings) -> list[Release]:
    """Every release given, in order. Raises FanpinError where the list can't be read."""
    try:
        lines = _path(settings).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            value = json.loads(line)
            day = date.fromisoformat(value.pop("delivered_on"))
            found.append(Release(delivered_on=day, sha256=tuple(value.pop("sha256")), **value))
        except (ValueError, TypeError, KeyError):
            raise FanpinError(
                f"gates/releases.jsonl, line {number}, can't be read: put it back from a backup."
            ) from None
    return found


def record(settings: Settings, given: Iterable[Release]) -> None:
    """Add releases to the list, which is only ever added to, with the time."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    for release in given:
        append_line(path, asdict(release) | {"delivered_on": release.delivered_on.isoformat(), "at": now})


def _path(settings: Settings) -> Path:
    return settings.home / "gates" / "releases.jsonl"
