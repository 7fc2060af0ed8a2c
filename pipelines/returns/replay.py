"""Replay: a delivery that was corrected, or is read by a mended declaration, goes the whole way again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipelines.landing.deliveries import deliveries
from pipelines.main_job import run_days
from pipelines.settings import FanpinError, Settings
from pipelines.staging.accounts import FileAccount, read_group
from pipelines.warehouse.day import held
from pipelines.warehouse.kept import run_dates


def replay(settings: Settings, feed: str, delivered_on: date, progress: Callable[[str], None]) -> list[str]:
    """Stage what has changed of a delivery and run every day it touches: its date, and the run dates after it.

    Returns lines that say where its rows ended before and now. Raises FanpinError where nothing was ever delivered: no
    day is run then.
    """
    landed = any((feed, delivered_on) == (name, day) for name, day, _ in deliveries(settings, delivered_on))
    if not landed and not _accounts(settings, feed, delivered_on):
        raise FanpinError(f"nothing of {feed} was delivered on {delivered_on}: put it into landing first.")
    before = _accounts(settings, feed, delivered_on)
    days = sorted({delivered_on, *(day for day in run_dates(settings) if day > delivered_on)})
    run_days(settings, days, progress)
    now = _accounts(settings, feed, delivered_on)
    touched = held(settings, delivered_on).touched
    return [f"before: {account_line(account)}" for account in before if account not in now] + [
        account_line(account, held=(feed, delivered_on, account.file) in touched)
        + (f": {account.problem}" if account.problem else "")
        for account in now
    ]


def account_line(account: FileAccount, *, held: bool = False) -> str:
    """Where the rows of a file ended."""
    status = "held" if held else account.status
    return (
        f"{account.feed} {account.delivered_on} file {account.file} ({status}): {account.read} rows read = "
        f"{account.accepted} accepted + {account.quarantined} quarantined + {account.superseded} superseded"
    )


def _accounts(settings: Settings, feed: str, delivered_on: date) -> tuple[FileAccount, ...]:
    group = read_group(settings, feed, delivered_on)
    return group.files if group else ()
