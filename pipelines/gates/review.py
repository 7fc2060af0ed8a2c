"""What a person does about held deliveries: look at them, and let one in."""

from __future__ import annotations

from datetime import date

from pipelines.files import writing
from pipelines.gates.holds import Holds, Scope
from pipelines.gates.releases import Release, record
from pipelines.settings import FanpinError, Settings
from pipelines.staging.accounts import accounts
from pipelines.warehouse.day import held


def held_list(settings: Settings, day: date) -> list[str]:
    """A line for each thing that is held of the deliveries dated on or before `day`."""
    found = held(settings, day)
    return [
        *(
            f"{feed} {delivered_on} file {file}: {why}"
            for (feed, delivered_on, file), why in sorted(found.files.items())
        ),
        *(f"{_scope(scope)}: {why}" for scope, why in found.scopes.items()),
    ] or [f"nothing is held of the deliveries dated on or before {day}"]


def release(
    settings: Settings,
    feed: str,
    delivered_on: date,
    county: str | None,
    department: str | None,
    file: int | None,
    by: str,
    why: str,
) -> list[str]:
    """Let in what is held of a feed and delivery date, or the part of it that is named, for the bytes it has now.

    Returns a line for each thing let in. Raises FanpinError where nothing that fits is held, or `by` or `why` is blank.
    """
    if not by.strip() or not why.strip():
        raise FanpinError("a release needs who gives it and why: fill in --by and --reason.")
    with writing(settings.home):
        found = held(settings, delivered_on)
        bytes_of = {(a.feed, a.delivered_on, a.file): a.sha256 for a in accounts(settings, delivered_on)}
        given: list[Release] = []
        lines = []
        for place in sorted(_files(found, feed, delivered_on, county, department, file)):
            given.append(Release(feed, delivered_on, None, None, (bytes_of[place],), by, why))
            lines.append(f"released {feed} {delivered_on} file {place[2]}")
        for scope in found.scopes:
            if _fits(scope, feed, delivered_on, county, department, file):
                shas = tuple(sorted({bytes_of[feed, delivered_on, number] for number in scope.files}))
                given.append(Release(feed, delivered_on, scope.county_code, scope.department, shas, by, why))
                lines.append(f"released {_scope(scope)}")
        if not given:
            raise FanpinError(
                f"nothing that fits is held of {feed} {delivered_on}: see `fanpin gate list --date {delivered_on}`."
            )
        record(settings, given)
    return [*lines, f"run the days from {delivered_on} on again to take it up"]


def _files(
    found: Holds, feed: str, delivered_on: date, county: str | None, department: str | None, file: int | None
) -> list[tuple[str, date, int]]:
    if county or department:
        return []
    return [place for place in found.files if place[:2] == (feed, delivered_on) and file in (None, place[2])]


def _fits(
    scope: Scope, feed: str, delivered_on: date, county: str | None, department: str | None, file: int | None
) -> bool:
    return (
        (scope.feed, scope.delivered_on) == (feed, delivered_on)
        and county in (None, scope.county_code)
        and department in (None, scope.department)
        and (file is None or file in scope.files)
    )


def _scope(scope: Scope) -> str:
    return " ".join(map(str, (scope.feed, scope.delivered_on, scope.county_code, scope.department or ""))).strip()
