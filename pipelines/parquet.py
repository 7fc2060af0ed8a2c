"""Parquet files of the home, with errors a person can act on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.settings import FanpinError, TryAgain

#: A Parquet file that the home keeps, as a path or an error's text names it: of a feed and date, or of a run date.
_KEPT = re.compile(r"staging/(\w+)/(\d{4}-\d\d-\d\d)/[\w-]+\.parquet|warehouse/(\d{4}-\d\d-\d\d)/[\w.]+\.parquet")

#: A Parquet file (a month of staged rows, numbers for the gates, lives of warnings) that is made again where it is not
#: there.
_MADE_AGAIN = re.compile(
    r"(?:staging/\w+/\w+-\d{4}-\d\d|staging/\w+/\d{4}-\d\d-\d\d/counts|quality/as_of/\d{4}-\d\d-\d\d|episodes/\d{4}-\d\d-\d\d)-[\w-]+\.parquet"
)


def damaged(text: str) -> str | None:
    """What to do about the Parquet file that `text`, a path or an error's text, names; None where there is none."""
    if again := _MADE_AGAIN.search(text):
        return f"{again[0]} of the home can't be read: remove it, and the next run works it out again."
    found = _KEPT.search(text)
    if not found:
        return None
    feed, delivered_on, run_date = found.groups()
    if run_date:
        return f"{found[0]} of the home can't be read: `fanpin run --date {run_date}` works it out again."
    return (
        f"{found[0]} of the home can't be read: remove staging/{feed}/{delivered_on}/ and run the day again. It "
        "is then staged from landing, where the delivery must still lie; else put that folder back from a backup."
    )


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """A kept Parquet file, or some of its columns. Raises FanpinError where it is missing or damaged."""
    try:
        return pl.read_parquet(path, columns=columns, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:  # the text of Polars may quote a row
        raise FanpinError(damaged(str(path)) or f"{path} can't be read ({type(error).__name__}).") from None


def write_parquet(frame: pl.DataFrame, path: Path, compression: str = "zstd", statistics: bool = True) -> None:
    """Write a frame as Parquet. Raises TryAgain where the disk does not take it."""
    try:
        frame.write_parquet(path, compression=compression, statistics=statistics)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TryAgain(
            f"could not write in {path.parent} ({type(error).__name__}): see that the disk is not full and that this "
            "user may write there, and run again."
        ) from None
