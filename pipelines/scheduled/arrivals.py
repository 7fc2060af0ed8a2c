"""What has come: the deliveries in landing that were not taken in as they lie there now."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipelines.landing.deliveries import deliveries
from pipelines.publishing.passwords import passwords
from pipelines.publishing.publish import extract_counties
from pipelines.report import troubles
from pipelines.scheduled.notes import note, read_notes
from pipelines.settings import Settings
from pipelines.staging.accounts import read_group
from pipelines.staging.identities import Identities
from pipelines.staging.stage import stage

#: Seconds for which no file of a delivery may have changed before it counts as delivered: one still being copied waits.
SETTLED = 10
#: Seconds after which a delivery that was announced, and not taken in, is announced again.
ANNOUNCED_AGAIN = 6 * 3600
_MATTER = "taken"


def arrivals(settings: Settings, now: float | None = None) -> list[tuple[str, date]]:
    """(feed, delivery date) of the deliveries that are new or changed since they were taken in, by date and feed.

    `now` is the moment against which it is judged whether a file is still being written, in seconds since the epoch.
    """
    taken = read_notes(settings, _MATTER)
    now = time.time() if now is None else now
    found = []
    for feed, delivered_on, files in deliveries(settings, date.max):
        settled = all(now - path.stat().st_mtime >= SETTLED for path in files.values())
        if settled and taken.get(_name(feed, delivered_on)) != _mark(settings, files):
            found.append((delivered_on, feed))
    return [(feed, delivered_on) for delivered_on, feed in sorted(found)]


def to_announce(settings: Settings, run: str, now: float | None = None) -> list[tuple[str, date]]:
    """The arrivals that no other `run` has announced as they lie there now: those wait for their turn.

    What was announced hours ago and not taken in is announced again. Only one process at a time may. Raises FanpinError
    where the key is not the home's: by another, all would seem new.
    """
    Identities(settings)
    now = time.time() if now is None else now
    announced, found = read_notes(settings, "announced"), {}
    marks = {(feed, day): _mark(settings, files) for feed, day, files in deliveries(settings, date.max)}
    for feed, delivered_on in arrivals(settings, now):
        mark = marks.get((feed, delivered_on), "")
        before, at, by = (announced.get(_name(feed, delivered_on)) or "- 0 -").split(" ", 2)
        if before != mark or by == run or now - float(at) > ANNOUNCED_AGAIN:
            found[feed, delivered_on] = f"{mark} {now:.0f} {run}"
    note(settings, "announced", {_name(*arrival): mark for arrival, mark in found.items()})
    return list(found)


def take_in(settings: Settings, feed: str, delivered_on: date, progress: Callable[[str], None]) -> dict[str, int]:
    """Stage what is new up to a delivery's date, and note that the delivery was taken in; counts of its files and rows.

    Whatever run staged it, `progress` is told what of the delivery was not read. Only who holds the home for writing
    may. Raises FanpinError.
    """
    _take_in(settings, delivered_on, progress, lambda name, day: (name, day) == (feed, delivered_on))
    group = read_group(settings, feed, delivered_on)
    accounts = group.files if group else ()
    for line in troubles(list(accounts)):
        progress(line)
    counts = Counter(f"files_{account.status}" for account in accounts)
    for name in ("read", "accepted", "quarantined", "superseded"):
        counts[f"rows_{name}"] = sum(getattr(account, name) for account in accounts)
    return dict(counts)


def take_in_all(settings: Settings, until: date, progress: Callable[[str], None]) -> None:
    """Stage what is new up to a date, and note that all deliveries up to it were taken in.

    Only who holds the home for writing may. Raises FanpinError.
    """
    _take_in(settings, until, progress, lambda *_: True)


def _take_in(settings: Settings, until: date, progress: Callable[[str], None], which: Callable[..., bool]) -> None:
    marks = {  # before reading: what changes meanwhile is taken in again
        _name(feed, delivered_on): _mark(settings, files)
        for feed, delivered_on, files in deliveries(settings, until)
        if which(feed, delivered_on)
    }
    stage_until(settings, until, progress)
    note(settings, _MATTER, marks)


def stage_until(settings: Settings, until: date, progress: Callable[[str], None]) -> None:
    """Stage what is new among the deliveries dated up to `until`, as the command line does: with its passwords too.

    Only who holds the home for writing may. Raises FanpinError.
    """
    stage(settings, until, progress, passwords=passwords(settings, extract_counties(settings)))


def _name(feed: str, delivered_on: date) -> str:
    return f"{feed} {delivered_on}"


def _mark(settings: Settings, files: dict[str, Path]) -> str:
    """A keyed digest of the files' names, sizes and times: names of files can hold names of people."""
    states = [(name, path.stat().st_size, path.stat().st_mtime_ns) for name, path in sorted(files.items())]
    return hmac.digest(settings.key, f"taken|{states}".encode(), hashlib.sha256).hex()
