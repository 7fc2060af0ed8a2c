"""Which check a row breaks first. Source: the specification's `feeds.md`, the table of reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.feeds import Feed
from pipelines.staging.columns import Reading

#: The reasons after those of presence and of the ID number, and the types they are about.
_UNREADABLE = (
    ("bad_id", ("id",)),
    ("bad_date", ("date", "end_date", "month")),
    ("bad_number", ("number",)),
    ("bad_code", ("code", "digits", "yes_no")),
)


@dataclass(frozen=True)
class Checked:
    """The rows of a batch that are not blank: their values as they are staged, and what is wrong with them.

    `rows` are their numbers, `values` their columns by their staged names, `at` their positions in the batch. `column`
    and `reason` (String) name the first failing check, and are null for faultless rows.
    """

    rows: pl.Series
    values: pl.DataFrame
    at: pl.Series
    column: pl.Series
    reason: pl.Series


def check(feed: Feed, rows: pl.Series, readings: Mapping[str, Reading]) -> Checked:
    """Checks rows of a delivery: their numbers, and what their columns say."""
    # The first of all failing checks is wanted, so the last is written first.
    fault = pl.Series([0], dtype=pl.Int32).new_from_index(0, len(rows))
    faults = list(_faults(feed, readings))
    for number, (_, _, broken) in reversed(list(enumerate(faults, start=1))):
        if broken.any():
            fault = fault.scatter(broken.arg_true(), number)
    filled = ~_blank(feed, readings)
    fault = fault.filter(filled)

    def named(names: list[str]) -> pl.Series:
        return pl.Series([None, *names], dtype=pl.String).gather(fault)

    values: dict[str, pl.Series] = {}
    for column in feed.columns:
        reading = readings[column.name]
        values[column.staged] = reading.value
        if reading.born_on is not None:
            values["born_on"] = reading.born_on
    return Checked(
        rows.filter(filled),
        pl.DataFrame(values).filter(filled),
        filled.arg_true(),
        named([column for column, _, _ in faults]),
        named([reason for _, reason, _ in faults]),
    )


def _blank(feed: Feed, readings: Mapping[str, Reading]) -> pl.Series:
    def all_empty(names: Iterator[str]) -> pl.Series:
        return pl.select(pl.all_horizontal([readings[name].empty for name in names])).to_series()

    blank = all_empty(readings)
    return blank | all_empty(feed.filled_by) if feed.filled_by else blank


def _faults(feed: Feed, readings: Mapping[str, Reading]) -> Iterator[tuple[str, str, pl.Series]]:
    """Every check in order: its column, its reason and which rows break it."""
    for column in feed.columns:
        if column.required:
            yield column.name, "missing_required", readings[column.name].empty
    for column in feed.columns:
        if column.type == "id":
            yield column.name, "id_precision_lost", readings[column.name].lost
    for reason, types in _UNREADABLE:
        for column in feed.columns:
            if column.type in types:
                yield column.name, reason, readings[column.name].unreadable
    for start, end in feed.periods:
        yield end, "bad_period", (readings[end].value < readings[start].value).fill_null(False)
