"""The steps of a day as the scheduler calls them: those of the command line, each of which can be repeated alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipelines.publishing.publish import counties_to_write, publish
from pipelines.scheduled.arrivals import stage_until
from pipelines.scheduled.notes import note, read_notes
from pipelines.scheduled.readiness import outdated
from pipelines.scheduled.sign_off import content
from pipelines.settings import Settings
from pipelines.warehouse.day import reconcile, run_dates

Progress = Callable[[str], None]
_MATTER = "issued"
#: At most so many groups of counties are written side by side: each must first work out the day's warnings.
GROUPS = 16


def conclude(settings: Settings, day: date, progress: Progress) -> bool:
    """Stage what is new up to `day` and reconcile it; whether it now concludes something else than before.

    Only who holds the home for writing may. Raises FanpinError.
    """
    stage_until(settings, day, progress)
    return reconcile(settings, day, progress)


def to_publish(settings: Settings, day: date) -> list[date]:
    """`day`, and where it says something else than when it was last published, the later dates that are published.

    Those of them that are to be run again are left out: running them publishes them.
    """
    if read_notes(settings, _MATTER).get(day.isoformat()) == content(settings, day):
        return [day]
    again = outdated(settings, day)
    published = [d for d in run_dates(settings) if (settings.published / d.isoformat()).exists()]
    return [day, *(d for d in published if d > day and d not in again)]


def groups_to_write(settings: Settings, day: date) -> list[list[str]]:
    """The counties whose workbook of `day` must be written, in at most `GROUPS` groups. Raises FanpinError."""
    counties = counties_to_write(settings, day)
    size = -(-len(counties) // GROUPS) or 1
    return [counties[start : start + size] for start in range(0, len(counties), size)]


def publish_day(settings: Settings, day: date, progress: Progress) -> bool:
    """Publish one date; whether anything in it is new. Only who holds the home for writing may."""
    return publish(settings, day, progress)


def note_published(settings: Settings, day: date) -> None:
    """Note that `day` and the later dates it changes were published. Only who holds the home for writing may."""
    note(settings, _MATTER, {day.isoformat(): content(settings, day)})
