"""Which days can be run, which must be run again: said by the feed declarations and by what was staged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from pipelines.feeds import FEEDS
from pipelines.parquet import read_parquet
from pipelines.scheduled.notes import note, read_notes
from pipelines.settings import Settings
from pipelines.staging.accounts import FileAccount, accounts
from pipelines.warehouse.day import made_by, was_made_by
from pipelines.warehouse.kept import kept, run_dates

_WAITING = "waiting"

#: Days without any delivery after which an installation counts as at rest: its days are no longer run by themselves.
AT_REST_AFTER = 45


def missing(settings: Settings, day: date) -> list[str]:
    """The awaited feeds that `day` lacks, in the order of their declaration. A rejected file is not a delivery."""
    read = [account for account in accounts(settings, day) if account.status == "read"]
    that_day = {account.feed for account in read if account.delivered_on == day}
    ever = {account.feed for account in read}
    needs = {"day": that_day, "latest": ever}
    return [feed.name for feed in FEEDS.values() if feed.awaited in needs and feed.name not in needs[feed.awaited]]


def outdated(settings: Settings, since: date) -> list[date]:
    """The run dates from `since` on that were run with other deliveries, or releases of them, than there are now."""
    return _outdated(settings, [day for day in run_dates(settings) if day >= since])


def made_otherwise(settings: Settings) -> dict[str, list[date]]:
    """The run dates that were run with other reference tables (`reference`), or by another version (`program`).

    They are not run again by themselves: it can be all of them, and whether it matters to a day a person knows.
    """
    found: dict[str, list[date]] = {"reference": [], "program": []}
    for day in run_dates(settings):
        now, then = made_by(settings, day), was_made_by(settings, day)
        for what, days in found.items():
            if now[what] != then.get(what):
                days.append(day)
    return found


def newly_made_otherwise(settings: Settings, day: date) -> dict[str, list[date]]:
    """The same, but only what was not said before; it counts as said from now on.

    Only who holds the home for writing may.
    """
    now, said = made_by(settings, day), read_notes(settings, "said")
    found = {what: days for what, days in made_otherwise(settings).items() if days and said.get(what) != now[what]}
    note(settings, "said", {what: now[what] for what in found})
    return found


def why_not(settings: Settings, day: date) -> str | None:
    """Why `day` need not be run though something came for it; None where it is to be run."""
    if day in run_dates(settings):
        return f"{day} was run with just these deliveries" if not _outdated(settings, [day]) else None
    absent = missing(settings, day)
    return f"{day} waits for {', '.join(absent)}, at most until its deadline" if absent else None


def to_run(settings: Settings, feed: str, delivered_on: date, run: str = "") -> list[date]:
    """The days to be run, or run again, because of a delivery, beside the day whose feeds are complete with it.

    The first delivery of a feed of which the latest is enough may be what several days have waited for. A day that
    another `run` has asked for with just these deliveries is not asked for again. Only who holds the home may ask.
    """
    days = set(outdated(settings, delivered_on))
    if FEEDS[feed].awaited == "day" and delivered_on in run_dates(settings):
        days.add(delivered_on)  # what waited for this feed has run: its event would wait for the others for ever
    if delivered_on.isoformat() in read_notes(settings, _WAITING) and why_not(settings, delivered_on) is None:
        days.add(delivered_on)  # as would that of a file that takes a rejected one's place
    known = accounts(settings, date.max)
    first = min((account.delivered_on for account in known if account.feed == feed), default=delivered_on)
    if FEEDS[feed].awaited == "latest" and delivered_on == first:
        dates = {account.delivered_on for account in known}
        days |= {day for day in dates if day >= delivered_on and why_not(settings, day) is None}
    asked = read_notes(settings, "asked")
    found = {}
    for day in sorted(days):
        places = sorted(_place(account) for account in known if account.delivered_on <= day)
        digest = hashlib.sha256(repr(places).encode()).hexdigest()
        before, _, by = asked.get(day.isoformat(), "").partition(" ")
        if before != digest or by == run:
            found[day] = f"{digest} {run}"
    note(settings, "asked", {day.isoformat(): mark for day, mark in found.items()})
    return list(found)


def note_waiting(settings: Settings, day: date) -> None:
    """Note that a run of `day` ended because something was missing: what has come will start no other by itself.

    Only who holds the home for writing may.
    """
    note(settings, _WAITING, {day.isoformat(): "waits"})


def never_run(settings: Settings, day: date) -> list[date]:
    """The delivery dates before `day`, in the weeks before it and since days are run at all, that were never run."""
    days = run_dates(settings, day)
    first = max(min(days, default=day), day - timedelta(days=AT_REST_AFTER))
    delivered = {account.delivered_on for account in accounts(settings, day) if account.status == "read"}
    return sorted(d for d in delivered - set(days) if first < d < day)


def at_rest(settings: Settings, day: date) -> bool:
    """Whether nothing was delivered in the weeks up to `day`, so that there is nothing to run it for."""
    newest = max((account.delivered_on for account in accounts(settings, day)), default=None)
    return newest is None or newest < day - timedelta(days=AT_REST_AFTER)


def _outdated(settings: Settings, days: Iterable[date]) -> list[date]:
    days = list(days)
    known = accounts(settings, max(days)) if days else []
    return [
        day
        for day in days
        if _read_by(settings, day) != {_place(a) for a in known if a.delivered_on <= day}
        or was_made_by(settings, day).get("releases") not in (None, made_by(settings, day)["releases"])
    ]


def _read_by(settings: Settings, day: date) -> set[tuple]:
    columns = ["feed", "delivered_on", "file", "sha256"]
    return set(read_parquet(kept(settings, day, "deliveries"), columns).rows())


def _place(account: FileAccount) -> tuple:
    return account.feed, account.delivered_on, account.file, account.sha256
