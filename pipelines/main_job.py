"""The main job: stage what is new, reconcile the days asked for, publish what changed.

The command line and the scheduler call the same functions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from pipelines.files import writing
from pipelines.publishing.passwords import passwords
from pipelines.publishing.publish import extract_counties, publish, published_dates
from pipelines.settings import FanpinError, Settings
from pipelines.staging.accounts import FileAccount
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.kept import run_dates

Progress = Callable[[str], None]


def run(
    settings: Settings, first: date, last: date, progress: Progress, only_run_dates: bool = False
) -> list[FileAccount]:
    """Everything for the days `first` to `last`: stage, reconcile, raise warnings, publish.

    With `only_run_dates` days that were never run are left out. A day that changes what is known of later published
    dates has those published again; what nobody let out stays in. Returns the accounts of the files staged now. Raises
    FanpinError; what was kept and published before is then still whole.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if only_run_dates:
        days = sorted(set(days) & set(run_dates(settings)))
        if not days:
            raise FanpinError(f"no day from {first} to {last} was run: choose other days, or run them all.")
    return run_days(settings, days, progress)


def run_days(settings: Settings, days: list[date], progress: Progress) -> list[FileAccount]:
    """The same for days in order that need not follow one another."""
    with writing(settings.home):
        staged = stage(settings, days[-1], progress, passwords=passwords(settings, extract_counties(settings)))
        changed = [day for day in days if reconcile(settings, day, progress)]
        published = published_dates(settings)
        for day in run_dates(settings):
            if day in days or (changed and day > changed[0] and day in published):
                publish(settings, day, progress)
        return staged
