"""What is personal of deliveries, as it came: file names, headers, quarantined rows. Under `home/identities`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.settings import FanpinError, Settings
from pipelines.staging.keyed import digest
from pipelines.staging.storage import private_folder, read_json, write_json

#: Quarantined rows as they came: `ord` is the row's place in the order of delivery.
CELLS = {"ord": pl.Int64, "file": pl.Int32, "row": pl.Int64, "cells": pl.List(pl.String)}


@dataclass(frozen=True)
class DeliveredFile:
    """A delivered file's name, and its header's cells (none if it was rejected)."""

    name: str
    header: list[str]


def names_folder(settings: Settings, feed: str, delivered_on: date) -> Path:
    """Where the file names of a feed and delivery date are kept."""
    return settings.identities / "files" / feed / delivered_on.isoformat()


def cells_folder(settings: Settings, feed: str, delivered_on: date) -> Path:
    """Where the quarantined rows of a feed and delivery date are kept as they came."""
    return settings.identities / "quarantine" / feed / delivered_on.isoformat()


def write_names(settings: Settings, feed: str, delivered_on: date, files: list[DeliveredFile]) -> str:
    """Writes the files of a feed and delivery date, by number, and returns the name of what it wrote."""
    folder = names_folder(settings, feed, delivered_on)
    private_folder(settings.identities)
    name = f"names-{digest(settings.key, 'names', repr(files).encode('utf-8', 'surrogateescape'))}.json"
    write_json(folder / name, [asdict(file) for file in files])
    return name


def read_names(settings: Settings, feed: str, delivered_on: date, name: str) -> list[DeliveredFile]:
    """What `write_names` wrote under that name. Raises FanpinError where it has gone."""
    folder = names_folder(settings, feed, delivered_on)
    files = read_json(folder / name)
    if files is None:
        raise FanpinError(
            f"expected {name} in {folder}, found none. Put home/identities back from a backup; without it staged "
            "deliveries no longer lead back to files and people."
        )
    return [DeliveredFile(**file) for file in files]
