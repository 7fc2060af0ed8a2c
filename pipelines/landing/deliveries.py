"""Which files under `landing/` are deliveries. Source: the specification's `feeds.md`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.feeds import FEEDS
from pipelines.files import stated_date
from pipelines.settings import Settings, today

#: So many folders are named, and the rest counted.
MOST_SAID = 10


def is_delivery(name: str) -> bool:
    """Whether a file of this name is a delivery, rather than a lock, a hidden file or an upload under way."""
    return not name.startswith((".", "~$")) and not name.lower().endswith((".part", ".tmp"))


def passed_over(landing: Path) -> list[str]:
    """A line for each folder of `landing` that no run reads because of its name: mistyped, as a rule; and for each that
    holds files or folders out of their place.
    """
    lines = _misplaced(landing, "landing")
    for folder in _folders(landing):
        if folder.name not in FEEDS:
            lines.append(f"landing/{_said(folder)} is not read: no feed is called so; the feeds are {', '.join(FEEDS)}")
            continue
        lines += _misplaced(folder, f"landing/{folder.name}")
        for day in _folders(folder):
            where, delivered_on = f"landing/{folder.name}/{_said(day)}", stated_date(day.name)
            if delivered_on is None:
                lines.append(f"{where} is not read: expected a delivery date like 2025-06-03 as its name")
                continue
            if inner := len(_folders(day)):
                lines.append(f"{where} holds folders that are not read ({inner}): put their files beside them")
            if not 2000 <= delivered_on.year <= 2100:
                lines.append(f"{where} is taken for a delivery of the year {delivered_on.year}: is its name right?")
            elif delivered_on > today():
                lines.append(f"{where} is dated after today, and read by no run before that date: is its name right?")
    return lines if len(lines) <= MOST_SAID else [*lines[:MOST_SAID], f"and {len(lines) - MOST_SAID} more"]


def _misplaced(folder: Path, name: str) -> list[str]:
    """A line where files lie that are in no folder of a feed and a date."""
    files = sum(is_delivery(path.name) and path.is_file() for path in folder.iterdir())
    where = "landing/<feed>/<YYYY-MM-DD>/"
    return [f"{name} holds files that are not read ({files}): put them into {where}"] if files else []


def _folders(folder: Path) -> list[Path]:
    with os.scandir(folder) as found:  # which says what is a folder without asking of each of thousands of files
        return sorted(Path(entry.path) for entry in found if entry.is_dir() and not entry.name.startswith("."))


def _said(folder: Path) -> str:
    """A folder's name where it is plain and can't be somebody's: mistyped feeds and dates are."""
    plain = re.fullmatch(r"[A-Za-z0-9年月日 ._-]{1,30}", folder.name) and not re.search(r"[0-9]{9}", folder.name)
    return folder.name if plain else "(a folder whose name is not repeated here)"


def deliveries(settings: Settings, until: date) -> Iterator[tuple[str, date, dict[str, Path]]]:
    """The deliveries dated up to `until`, as (feed, delivery date, files by name), in that order.

    Links to files are followed; a folder that holds no delivery is passed over.
    """
    for feed in sorted(FEEDS):
        folder = settings.landing / feed
        if not folder.is_dir():
            continue
        for day in sorted(folder.iterdir()):
            delivered_on = stated_date(day.name)
            if delivered_on is None or delivered_on > until or not day.is_dir():
                continue
            files = {path.name: path for path in day.iterdir() if is_delivery(path.name) and path.is_file()}
            if files:
                yield feed, delivered_on, files
