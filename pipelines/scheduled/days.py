"""The steps of a day as the scheduler calls them: those of the command line, each of which can be repeated alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from pipelines.publishing.publish import counties_to_write, publish, published_dates
from pipelines.scheduled.arrivals import stage_until
from pipelines.scheduled.notes import note, read_notes
from pipelines.scheduled.readiness import outdated
from pipelines.settings import Settings
from pipelines.warehouse.day import content, reconcile
from pipelines.warehouse.kept import run_dates

Progress = Callable[[str], None]
_MATTER = "published"
#: At most so many groups of counties are written side by side: each must first work out what all counties' workbooks
#: say, which costs as much as to write some thirty of them.
GROUPS = 4


def conclude(settings: Settings, day: date, progress: Progress) -> bool:
    """Stage what is new up to `day` and reconcile it; whether it now concludes something else than before.

    Only who holds the home for writing may. Raises FanpinError.
    """
    stage_until(settings, day, progress)
    return reconcile(settings, day, progress)


def to_publish(settings: Settings, day: date) -> list[date]:
    """`day`, and the later published dates of which earlier run dates say something else than when they were published.

    Those that say something else themselves, or are to be run again, are left out: their own runs publish them, when
    somebody has signed them off if need be.
    """
    known, again = read_notes(settings, _MATTER), outdated(settings, day)
    later = []
    for other in published_dates(settings):
        before, now = known.get(other.isoformat(), ""), _sources(settings, other)
        same_itself = not before or before.split()[0] == now.split()[0]
        if other > day and other not in again and before != now and same_itself:
            later.append(other)
    return [day, *later]


def groups_to_write(settings: Settings, day: date) -> list[list[str]]:
    """The counties whose workbook of `day` must be written, in at most `GROUPS` groups. Raises FanpinError."""
    counties = counties_to_write(settings, day)
    size = -(-len(counties) // GROUPS) or 1
    return [counties[start : start + size] for start in range(0, len(counties), size)]


def publish_day(settings: Settings, day: date, progress: Progress) -> bool:
    """Publish one date, and note from what; whether anything in it is new. Only who holds the home for writing may."""
    changed = publish(settings, day, progress)
    note(settings, _MATTER, {day.isoformat(): _sources(settings, day)})
    return changed


def _sources(settings: Settings, day: date) -> str:
    """What is published of a date is made of: a digest of what it concluded, and one of what all up to it concluded."""
    all_of_them = repr([(d, content(settings, d)) for d in run_dates(settings, day)])
    return f"{content(settings, day)} {hashlib.sha256(all_of_them.encode()).hexdigest()}"
