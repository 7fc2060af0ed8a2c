"""What is known of the deliveries that were staged. A group is the deliveries of one feed and date.

`home/staging/<feed>/<date>/account.json` is the only way in: it names the Parquet files that count and holds the
accounts of the delivered files. It is written last, so that a group is either the old one or the new one, whole. Files
of months that are over are read in one (`months.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pipelines.feeds import FEEDS
from pipelines.files import stated_date
from pipelines.settings import Settings
from pipelines.staging.months import by_month
from pipelines.staging.storage import read_json, write_json


@dataclass(frozen=True)
class FileAccount:
    """What became of one delivered file. `read = accepted + quarantined + superseded`.

    `file` is its number among the files known of its feed and date, in file-name order, from 1. A `rejected` file has
    a `problem` that says what was expected, what was found and what to do, and counts no rows. `notes` say which
    columns were ignored. None of it is personal: the file's name is not here.
    """

    feed: str
    delivered_on: date
    file: int
    sha256: str
    status: Literal["read", "rejected", "held"]
    problem: str | None = None
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    superseded: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """The account of one feed and delivery date: names of its files, and what they were made from.

    `rows` and `quarantine` lie beside the account; `names` and `cells` lie under `home/identities` (`delivered.py`).
    `made_by` says which reading code, declaration and passwords made it.
    """

    feed: str
    delivered_on: date
    made_by: str
    rows: str
    quarantine: str
    names: str
    cells: str
    files: tuple[FileAccount, ...]


def accounts(settings: Settings, until: date) -> list[FileAccount]:
    """The accounts of every known file delivered up to `until`, by feed, date and number."""
    return [account for feed in sorted(FEEDS) for group in groups(settings, feed, until) for account in group.files]


def row_files(settings: Settings, feed: str, until: date) -> list[Path]:
    """The Parquet files of the feed's faultless rows, of deliveries dated up to `until`, by date."""
    return by_month(settings.staging / feed, "rows", files_of_groups(settings, feed, until, "rows"))


def quarantine_files(settings: Settings, feed: str, until: date) -> list[Path]:
    """The Parquet files of the feed's quarantined rows, without their cells, of deliveries dated up to `until`."""
    return by_month(settings.staging / feed, "quarantine", files_of_groups(settings, feed, until, "quarantine"))


def files_of_groups(
    settings: Settings, feed: str, until: date, kind: Literal["rows", "quarantine"]
) -> dict[date, Path]:
    """The Parquet file of each group of a feed dated up to `until`, by date."""
    return {
        group.delivered_on: group_folder(settings, feed, group.delivered_on) / getattr(group, kind)
        for group in groups(settings, feed, until)
    }


def group_folder(settings: Settings, feed: str, delivered_on: date) -> Path:
    """Where a group's account and Parquet files lie."""
    return settings.staging / feed / delivered_on.isoformat()


def groups(settings: Settings, feed: str, until: date) -> Iterator[Group]:
    """The groups of a feed that were staged, dated up to `until`, by date."""
    folder = settings.staging / feed
    if folder.is_dir():
        for name in sorted(path.name for path in folder.iterdir()):
            delivered_on = stated_date(name)
            if delivered_on and delivered_on <= until and (group := read_group(settings, feed, delivered_on)):
                yield group


def read_group(settings: Settings, feed: str, delivered_on: date) -> Group | None:
    """The account of a group, None where it was never staged. Raises FanpinError where it can't be read."""
    path = group_folder(settings, feed, delivered_on) / "account.json"
    try:
        found = path.stat()
        version = found.st_ino, found.st_mtime_ns, found.st_size
    except OSError:
        version = ()
    return _read_group(path, feed, delivered_on, version)


@lru_cache(maxsize=50_000)  # a run asks for each some six times; one that is replaced has another `version`
def _read_group(path: Path, feed: str, delivered_on: date, version: tuple[int, ...]) -> Group | None:
    value = read_json(path)
    if value is None:
        return None
    files = tuple(FileAccount(feed, delivered_on, **account) for account in value.pop("files"))
    return Group(feed, delivered_on, **value, files=files)


def write_group(settings: Settings, group: Group) -> None:
    """Makes a group what counts for its feed and date."""

    def plain(value: object) -> dict:
        return {k: v for k, v in asdict(value).items() if k not in ("feed", "delivered_on")}

    account = {**plain(group), "files": [plain(file) for file in group.files]}
    write_json(group_folder(settings, group.feed, group.delivered_on) / "account.json", account)
