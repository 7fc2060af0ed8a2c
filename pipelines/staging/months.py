"""The files of a month that is over, as one: more come with every day, and to open one costs as much as to read some
thousand rows, in every scan.

It lies beside the folders of the feed's delivery dates, named after the files that it was made of, and stands for them
as long as they are the same. It can be thrown away: what counts are those files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from pipelines.staging.storage import place

#: Of a month with more bytes than this the files stay apart: to open them is little beside reading them.
LARGE = 32 << 20


def by_month(folder: Path, kind: str, files: Mapping[date, Path]) -> list[Path]:
    """The files of a feed by delivery date, or in place of a month's files the one that was made of all of these."""
    found = []
    for month, paths in _months(files).items():
        whole = _whole(folder, kind, month, paths)
        found += [whole] if len(paths) > 1 and whole.exists() else paths
    return found


def make_months(
    folder: Path, kind: str, files: Mapping[date, Path], until: date, write: Callable[[list[Path], Path], object]
) -> None:
    """Make the one file of each month that is over on `until`, where it is not there; `write` makes it of several.

    `files`: all of the feed dated up to `until`. Raises TryAgain where the disk does not take it.
    """
    for month, paths in _months(files).items():
        whole = _whole(folder, kind, month, paths)
        if month == _month(until) or len(paths) == 1 or whole.exists():
            continue
        _remove(folder, f"{kind}-{month}-*.parquet")
        # One that was lost is missed where it is read, and what mends it is said there.
        if all(path.exists() for path in paths) and sum(path.stat().st_size for path in paths) <= LARGE:
            place(folder, lambda temporary, paths=paths: write(paths, temporary), lambda _, whole=whole: whole.name)


def forget_month(folder: Path, delivered_on: date) -> None:
    """Remove what was made of the month's files, one of which is another now: rows taken back must not stay in it."""
    _remove(folder, f"*-{_month(delivered_on)}-*.parquet")


def _remove(folder: Path, pattern: str) -> None:
    for path in folder.glob(pattern):
        path.unlink(missing_ok=True)


def _months(files: Mapping[date, Path]) -> dict[str, list[Path]]:
    months: dict[str, list[Path]] = {}
    for delivered_on in sorted(files):
        months.setdefault(_month(delivered_on), []).append(files[delivered_on])
    return months


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _whole(folder: Path, kind: str, month: str, paths: list[Path]) -> Path:
    # Their names say what they hold, but for the date, which the folder's does.
    made_of = hashlib.sha256("|".join(f"{path.parent.name}/{path.name}" for path in paths).encode())
    return folder / f"{kind}-{month}-{made_of.hexdigest()[:16]}.parquet"
