"""Which check a row breaks first. Source: the specification's `feeds.md`, the table of reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.feeds import Column, Feed
from pipelines.landing.batch import Batch
from pipelines.staging.columns import Reading, read, read_absent

#: The reasons after those of presence and of the ID number, and the types they are about.
_UNREADABLE = (
    ("bad_id", ("id",)),
    ("bad_date", ("date", "end_date", "month")),
    ("bad_number", ("number",)),
    ("bad_code", ("code", "digits", "yes_no")),
)


@dataclass(frozen=True)
class Checked:
    """The rows of a batch that are not blank: their values, and what is wrong with them.

    `rows` are their numbers, `values` their columns by the feed's names (see `columns.Reading`), `at` their positions
    in the batch. `column` and `reason` (String) name the first failing check, and are null for faultless rows.
    """

    rows: pl.Series
    values: pl.DataFrame
    at: pl.Series
    column: pl.Series
    reason: pl.Series


def check(feed: Feed, batch: Batch, delivered_on: date) -> Checked:
    """Reads and checks the rows of a batch of a delivery of that date."""
    count = len(batch.rows)

    def reading(column: Column) -> Reading:
        present = column.name in batch.cells.columns
        return read(column, batch.cells[column.name], delivered_on) if present else read_absent(column, count)

    readings = {column.name: reading(column) for column in feed.columns}
    # The first of all failing checks is wanted, so the last is written first.
    fault = pl.Series([0], dtype=pl.Int32).new_from_index(0, count)
    faults = list(_faults(feed, readings))
    for number, (_, _, broken) in reversed(list(enumerate(faults, start=1))):
        if broken.any():
            fault = fault.scatter(broken.arg_true(), number)
    filled = ~_blank(feed, readings)
    fault = fault.filter(filled)

    def named(names: list[str]) -> pl.Series:
        return pl.Series([None, *names], dtype=pl.String).gather(fault)

    return Checked(
        batch.rows.filter(filled),
        pl.DataFrame({name: reading.value for name, reading in readings.items()}).filter(filled),
        filled.arg_true(),
        named([column for column, _, _ in faults]),
        named([reason for _, reason, _ in faults]),
    )


def _blank(feed: Feed, readings: dict[str, Reading]) -> pl.Series:
    def all_empty(names: Iterator[str]) -> pl.Series:
        return pl.select(pl.all_horizontal([readings[name].empty for name in names])).to_series()

    blank = all_empty(readings)
    return blank | all_empty(feed.filled_by) if feed.filled_by else blank


def _faults(feed: Feed, readings: dict[str, Reading]) -> Iterator[tuple[str, str, pl.Series]]:
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
