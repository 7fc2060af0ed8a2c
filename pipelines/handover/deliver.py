"""Handing each county what was published for it, once, with a receipt.

Each delivery is a folder of its own, `<destination>/<county>/<date>/`, and is never touched again; where what was
published for the date has changed since, it comes as `<date>.2`, `<date>.3` … beside it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.files import append_line, writing
from pipelines.handover.places import Place, checked, opened
from pipelines.handover.signing import MANIFEST, signed, signing_key
from pipelines.settings import FanpinError, Settings


@dataclass(frozen=True)
class Delivered:
    """How a delivery went: `delivered`, `already` there with the same bytes, or `failed`."""

    county_code: str
    destination: str
    outcome: str


def deliver(
    settings: Settings,
    day: date,
    say: Callable[[str], None] = lambda _: None,
    county: str | None = None,
    again: bool = False,
) -> list[Delivered]:
    """Hand every county (or one) that has a destination what was published for it on `day`.

    What a destination got already with the same bytes is left out, unless `again`. A destination that fails is said,
    and the others go on. Raises FanpinError where nothing can be delivered: no destinations, no key, not published.
    """
    places, key = destinations(), signing_key()
    published = _published(settings, day)
    known = sorted(name for name in published if county in (None, name))
    done = []
    for code in known:
        if code not in places:
            say(f"{code}: no destination in the file of FANPIN_DESTINATIONS; not delivered")
        for destination in places.get(code, ()):
            try:
                files = signed(key, _read(published[code]), county_code=code, date=day.isoformat())
                outcome = _hand_over(settings, code, day, destination, files, again)
            except FanpinError as error:
                outcome = "failed"
                say(f"{code}: not delivered to {destination}: {error}")
            else:
                say(f"{code}: {'delivered' if outcome == 'delivered' else 'delivered before'} to {destination}")
            done.append(Delivered(code, destination, outcome))
    for code in sorted((places.keys() if county is None else {county}) - published.keys()):
        say(f"{code}: nothing was published for it on {day}")
    return done


def destinations() -> dict[str, list[str]]:
    """County → its destinations, from the file that `FANPIN_DESTINATIONS` names (`county_code,destination`).

    Raises FanpinError, naming the row, where it can't be read or a row is wrong.
    """
    name = os.environ.get("FANPIN_DESTINATIONS", "")
    if not name:
        raise FanpinError(
            "no destinations: set FANPIN_DESTINATIONS to a CSV with the columns county_code,destination "
            "(a folder, or sftp://user@host:port/path)."
        )
    try:
        with open(name, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FanpinError(
            f"FANPIN_DESTINATIONS names a file that can't be read ({type(error).__name__}): "
            "give a CSV in UTF-8 with the columns county_code,destination."
        ) from None
    found: dict[str, list[str]] = {}
    for number, row in enumerate(rows, start=2):
        code, destination = (row.get("county_code") or "").strip(), (row.get("destination") or "").strip()
        where = f"the file of FANPIN_DESTINATIONS, row {number}"
        if not re.fullmatch(r"[0-9]{6}", code) or not destination:
            raise FanpinError(f"{where}: expected a county_code of six digits and its destination.")
        try:
            checked(destination)
        except ValueError as expected:
            raise FanpinError(f"{where}, column destination: expected {expected}.") from None
        if destination in found.setdefault(code, []):
            raise FanpinError(f"{where}: the same as an earlier row; keep one of them.")
        found[code].append(destination)
    return found


def _published(settings: Settings, day: date) -> dict[str, dict[str, tuple[Path, str]]]:
    """County → name → the file to hand over and its SHA-256, of the counties that have an extract on `day`."""
    folder = (settings.published / day.isoformat()).resolve()
    try:
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        raise FanpinError(f"{day} is not published: run it first with `fanpin run --date {day}`.") from None
    found: dict[str, dict[str, tuple[Path, str]]] = {}
    for name in listed:
        # A county gets its own files and no other: they are named by its code, and by nothing else.
        if match := re.fullmatch(r"(?:extracts|briefs)/([0-9]{6})\.(?:xlsx|html)", name):
            found.setdefault(match[1], {})[Path(name).name] = (folder / name, listed[name]["sha256"])
    return {county: files for county, files in found.items() if f"{county}.xlsx" in files}


def _read(files: dict[str, tuple[Path, str]]) -> dict[str, bytes]:
    read = {}
    for name, (path, sha256) in sorted(files.items()):
        try:
            read[name] = path.read_bytes()
        except OSError:
            raise FanpinError(f"{name} was published anew just now: deliver again.") from None
        if hashlib.sha256(read[name]).hexdigest() != sha256:
            raise FanpinError(f"the published {name} was changed: run its date again, then deliver.")
    return read


def _hand_over(
    settings: Settings, county: str, day: date, destination: str, files: dict[str, bytes], again: bool
) -> str:
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    with writing(settings.receipts / county):
        path = settings.receipts / county / f"{day}.jsonl"
        earlier = [receipt for receipt in _receipts(path) if receipt["destination"] == destination]
        if earlier and earlier[-1]["manifest_sha256"] == digest and not again:
            return "already"
        with opened(destination) as place:
            folder, stands = _folder(place, county, day, files)
            if not stands or again:
                folder = folder if not stands else _next(folder)
                place.put(county, folder, files)
        receipt = {
            "county_code": county,
            "date": day.isoformat(),
            "destination": destination,
            "folder": f"{county}/{folder}",
            "delivered_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "manifest_sha256": digest,
            "files": json.loads(files[MANIFEST])["files"],
        }
        append_line(path, receipt)
    return "delivered"


def _folder(place: Place, county: str, day: date, files: dict[str, bytes]) -> tuple[str, bool]:
    """The folder to make; or the newest one, where it stands there with these very bytes though no receipt says so:
    who delivered was stopped before writing it.
    """
    numbers = [
        int(match[1] or 1)
        for name in place.names(county)
        if (match := re.fullmatch(rf"{day}(?:\.([1-9][0-9]*))?", name))
    ]
    if not numbers:
        return day.isoformat(), False
    newest = _named(day.isoformat(), max(numbers))
    if all(place.read(county, newest, name) == data for name, data in files.items()):
        return newest, True
    return _next(newest), False


def _named(day: str, number: int) -> str:
    return day if number == 1 else f"{day}.{number}"


def _next(folder: str) -> str:
    day, _, number = folder.partition(".")
    return _named(day, int(number or 1) + 1)


def _receipts(path: Path) -> list[dict]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except ValueError:
        raise FanpinError(
            f"receipts/{path.parent.name}/{path.name} can't be read: put it back from a backup, or take it away to "
            "deliver once more."
        ) from None
