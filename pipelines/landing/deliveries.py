"""Which files under `landing/` are deliveries. Source: the specification's `feeds.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.feeds import FEEDS
from pipelines.settings import Settings

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def delivery_date(folder: str) -> date | None:
    """The delivery date that a folder's name states, or None where it states none."""
    if not _DATE.fullmatch(folder):
        return None
    try:
        return date.fromisoformat(folder)
    except ValueError:  # 2025-02-30
        return None


def is_delivery(name: str) -> bool:
    """Whether a file of this name is a delivery, rather than a lock, a hidden file or an upload under way."""
    return not name.startswith((".", "~$")) and not name.lower().endswith((".part", ".tmp"))


def deliveries(settings: Settings, until: date) -> Iterator[tuple[str, date, dict[str, Path]]]:
    """The deliveries dated up to `until`, as (feed, delivery date, files by name), in that order.

    Links to files are followed; a folder that holds no delivery is passed over.
    """
    for feed in sorted(FEEDS):
        folder = settings.landing / feed
        if not folder.is_dir():
            continue
        for day in sorted(folder.iterdir()):
            delivered_on = delivery_date(day.name)
            if delivered_on is None or delivered_on > until or not day.is_dir():
                continue
            files = {path.name: path for path in day.iterdir() if is_delivery(path.name) and path.is_file()}
            if files:
                yield feed, delivered_on, files
