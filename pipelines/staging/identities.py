"""The one place that leads back from pseudonyms to people.

`home/identities` (mode 0700) holds, beside the names and quarantined rows of deliveries (see `delivered.py`), every ID
number and every name or private text that was ever given a key, as Parquet parts that are only added to. `keys.json`
names the parts that count, and holds a check value of the installation's key.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.feeds import FEEDBACK, FEEDS
from pipelines.parquet import write_parquet
from pipelines.settings import FanpinError, Settings
from pipelines.staging import resident_id
from pipelines.staging.accounts import Group, accounts, groups
from pipelines.staging.delivered import DeliveredFile, cells_folder, read_names
from pipelines.staging.keyed import digest, keyed
from pipelines.staging.storage import content_digest, place, private_folder, read_json, write_json

Kind = Literal["id", "text"]

#: Newcomers that are kept apart from what is known.
_FEW = 50_000

#: Parts of a kind, before they are made one.
PARTS = 8

#: How the values of a kind are kept: ID numbers as their first 17 digits, which say the check character.
_STORED = {"id": pl.Int64, "text": pl.String}


#: What `Identities.quarantined` gives.
QUARANTINED = {
    "feed": pl.String,
    "delivered_on": pl.Date,
    "file": pl.Int32,
    "row": pl.Int64,
    "cells": pl.List(pl.String),
    "header": pl.List(pl.String),
}


class _Known:
    """Values and their keys, in the order of the values: a few of many millions are found by binary search.

    Newcomers are kept apart until they are many, so that not everything is put in order for a few.
    """

    def __init__(self, rows: pl.DataFrame) -> None:
        self._old, self._new = rows.sort("value"), rows.clear()

    def frame(self) -> pl.DataFrame:
        """All rows: `value`, `key`."""
        return pl.concat([self._old, self._new])

    def keys(self, values: pl.Series) -> pl.Series:
        """The keys of values in their order, null where they are not known or null."""
        old, new = (_found(rows, values) for rows in (self._old, self._new))
        return old.fill_null(new)

    def add(self, rows: pl.DataFrame) -> None:
        """Adds values that are not known."""
        self._new = pl.concat([self._new, rows]).sort("value")
        if len(self._new) > max(_FEW, len(self._old) // 8):
            self._old, self._new = self.frame().sort("value"), self._new.clear()


def _found(rows: pl.DataFrame, values: pl.Series) -> pl.Series:
    if rows.is_empty():
        return rows["key"].clear(len(values))
    at = rows["value"].search_sorted(values).clip(0, len(rows) - 1)
    key, same = rows["key"].gather(at), rows["value"].gather(at) == values
    return pl.select(pl.when(same).then(key)).to_series()


class Identities:
    """Keys for ID numbers and texts, and the way back.

    Newcomers are remembered in memory until `save`, which must come before anything that carries their keys is
    published. Raises FanpinError where the home was staged with another key.
    """

    def __init__(self, settings: Settings) -> None:
        self._key, self._folder = settings.key, settings.identities
        self._settings = settings
        self._check = digest(settings.key, "check", b"")
        state = read_json(self._folder / "keys.json", {"check": self._check, "id": [], "text": []})
        if not (self._folder / "keys.json").exists() and any(
            account.accepted for account in accounts(settings, date.max) if account.feed != FEEDBACK.name
        ):
            raise FanpinError(
                f"{self._folder} lacks keys.json, though rows were staged: put the folder back from a backup. "
                "Without it pseudonyms no longer lead back to people, and another key would not be noticed."
            )
        if state["check"] != self._check:
            raise FanpinError(
                "the key is not the one this home was staged with. Set FANPIN_KEY (or FANPIN_KEY_FILE) to that key, "
                "or choose another FANPIN_HOME."
            )
        self._parts: dict[str, list[str]] = {kind: list(state[kind]) for kind in _STORED}
        self._known: dict[str, _Known] = {}
        self._fresh: dict[str, list[pl.DataFrame]] = {kind: [] for kind in _STORED}

    def keys(self, kind: Kind, values: pl.Series) -> pl.Series:
        """The keys (Int64) of ID numbers, as their first 17 digits (Int64), or of texts, in their order; null for null.

        Values not seen before are given one.
        """
        known = self._all(kind)
        keys = known.keys(values)
        new = values.filter(keys.is_null() & values.is_not_null()).unique()
        if not len(new):
            return keys
        texts = resident_id.texts(new) if kind == "id" else new
        fresh = pl.DataFrame({"value": new, "key": pl.Series(keyed(self._key, kind, texts), dtype=pl.Int64)})
        known.add(fresh)
        self._fresh[kind].append(fresh)
        return known.keys(values)

    def save(self) -> None:
        """Writes the newcomers to disk. Raises FanpinError where two values have the same key."""
        if not any(self._fresh.values()):
            return
        private_folder(self._folder)
        for kind, parts in self._fresh.items():
            if not parts:
                continue
            fresh = pl.concat(parts)
            everything = self._all(kind).frame()
            if everything["key"].n_unique() < len(everything):
                raise FanpinError(
                    "two people or texts were given the same pseudonym, which no key should do twice in a million "
                    "years. Stage a new home with another FANPIN_KEY."
                )
            merge = len(self._parts[kind]) >= PARTS
            part = everything if merge else fresh
            written = self._write(kind, part.sort("value"))
            self._parts[kind] = [written] if merge else [*self._parts[kind], written]
        write_json(self._folder / "keys.json", {"check": self._check, **self._parts})
        self._fresh = {kind: [] for kind in _STORED}
        for kind, parts in self._parts.items():
            for old in (self._folder / kind).glob("*.parquet"):
                if old.name not in parts:
                    old.unlink()

    def texts(self, kind: Kind, keys: pl.Series | None = None) -> pl.DataFrame:
        """The ID numbers or texts behind keys: a frame of `key` (Int64) and `text` (String), all or those asked for."""
        known = self._all(kind).frame()
        if keys is not None:
            known = known.join(keys.rename("key").to_frame().unique(), on="key", how="semi")
        text = resident_id.texts(known["value"]) if kind == "id" else known["value"]
        return pl.DataFrame({"key": known["key"], "text": text})

    def file_names(self, until: date) -> dict[tuple[str, date, int], str]:
        """The names of the files delivered up to `until`, by feed, delivery date and number in the account."""
        return {
            (group.feed, group.delivered_on, number): file.name.encode("utf-8", "surrogateescape").decode(
                "utf-8", "replace"
            )
            for group in self._groups(until)
            for number, file in enumerate(self._files(group), start=1)
        }

    def quarantined(self, until: date) -> pl.DataFrame:
        """The quarantined rows of deliveries dated up to `until` as they came.

        Columns: `feed`, `delivered_on`, `file` (Int32), `row` (Int64), `cells` and `header` (lists of String).
        """
        frames = []
        for group in self._groups(until):
            if not any(account.quarantined for account in group.files):
                continue
            folder = cells_folder(self._settings, group.feed, group.delivered_on)
            headers = [file.header for file in self._files(group)]
            table = pl.DataFrame(
                {"file": range(1, len(headers) + 1), "header": headers},
                schema={"file": pl.Int32, "header": pl.List(pl.String)},
            )
            rows = self._parquet(folder, group.cells).join(table, on="file", how="left", maintain_order="left")
            frames.append(
                rows.select(
                    pl.lit(group.feed).alias("feed"),
                    pl.lit(group.delivered_on).alias("delivered_on"),
                    *("file", "row", "cells", "header"),
                )
            )
        return pl.concat([pl.DataFrame(schema=QUARANTINED), *frames])

    def _groups(self, until: date) -> Iterator[Group]:
        for feed in sorted(FEEDS):
            yield from groups(self._settings, feed, until)

    def _files(self, group: Group) -> list[DeliveredFile]:
        return read_names(self._settings, group.feed, group.delivered_on, group.names)

    def _all(self, kind: Kind) -> _Known:
        if kind not in self._known:
            parts = [self._parquet(self._folder / kind, part) for part in self._parts[kind]]
            empty = pl.DataFrame(schema={"value": _STORED[kind], "key": pl.Int64})
            self._known[kind] = _Known(pl.concat([empty, *parts]))
        return self._known[kind]

    def _write(self, kind: Kind, part: pl.DataFrame) -> str:
        folder = private_folder(self._folder / kind)
        return place(
            folder,
            lambda path: write_parquet(part, path),
            lambda path: f"{content_digest(path)[:16]}.parquet",
        )

    def _parquet(self, folder: Path, name: str) -> pl.DataFrame:
        try:
            return pl.read_parquet(folder / name, glob=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise FanpinError(
                f"{folder} lacks a readable {name} ({type(error).__name__}). Put it back from a backup; without it "
                "pseudonyms no longer lead back to people."
            ) from None
