"""Cells to what is staged of them: people and private texts become keyed hashes."""

from __future__ import annotations

from datetime import date
from functools import partial

import polars as pl

from pipelines.feeds import Column, Feed
from pipelines.staging import columns
from pipelines.staging.columns import Reading
from pipelines.staging.identities import Identities
from pipelines.staging.keyed import keyed
from pipelines.staging.remembered import Remembered
from pipelines.staging.resident_id import born_on


class Reader:
    """Reads the deliveries of one feed and date: a `Reading` of each column, its values as they are staged."""

    def __init__(self, feed: Feed, delivered_on: date, identities: Identities, key: bytes) -> None:
        self.feed, self.delivered_on = feed, delivered_on
        self._identities, self._key = identities, key
        self._remembered = {column.name: Remembered(partial(self._read, column)) for column in feed.columns}

    def read(self, cells: pl.DataFrame) -> dict[str, Reading]:
        """What the cells of some rows say, by column; one that is not there says what empty cells would."""
        nothing = pl.Series([""]).new_from_index(0, cells.height)
        return {
            name: Reading(**{part.name: part for part in read(cells[name] if name in cells.columns else nothing)})
            for name, read in self._remembered.items()
        }

    def _read(self, column: Column, cells: pl.Series) -> pl.DataFrame:
        reading = columns.read(column, cells, self.delivered_on)
        parts = {"value": self._staged(column, reading.value), "empty": reading.empty}
        if column.type == "id":
            parts["lost"] = reading.lost
            if self.feed.born_on:
                parts["born_on"] = born_on(reading.value)
        return pl.DataFrame(parts)

    def _staged(self, column: Column, value: pl.Series) -> pl.Series:
        if column.type == "id":
            return self._identities.keys("id", value)
        if column.type == "name" or column.private:
            return self._identities.keys("text", value)
        if column.type == "account":  # nobody needs an account back, so none is remembered
            keys = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(value))
            return keys.scatter(value.is_not_null().arg_true(), keyed(self._key, "account", value.drop_nulls()))
        return value
