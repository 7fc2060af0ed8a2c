"""Finding the header of a table among its first rows. Source: the specification's `feeds.md`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.feeds import Column, Feed

#: The header is one of the first so many rows.
HEAD = 10

#: How it is noted that a column comes twice.
SECOND = "a second column"

_IGNORED = re.compile(r"\s|\*|\(必填\)")


@dataclass(frozen=True)
class Header:
    """The header of a delivered table: its row (1-based), its cells, and the position of each column known (0-based).

    `notes` say which columns were left out, by position: the text of a broken header may be somebody's data.
    """

    row: int
    cells: tuple[str, ...]
    positions: dict[str, int]
    notes: tuple[str, ...]


def find_header(feed: Feed, rows: Sequence[Sequence[str]]) -> Header | None:
    """The first of the first `HEAD` rows that names every required column of the feed, or None."""
    known = _names(feed)
    for number, cells in enumerate(rows[:HEAD], start=1):
        positions: dict[str, int] = {}
        notes: list[str] = []
        for at, cell in enumerate(cells):
            name = _plain(cell)
            column = known.get(name)
            if column is None:
                if name:
                    notes.append(f"第{at + 1}列: unknown column, ignored")
            elif column.name in positions:
                notes.append(f"第{at + 1}列: {SECOND} {column.chinese}, ignored")
            else:
                positions[column.name] = at
        if all(column.name in positions for column in feed.columns if column.required):
            return Header(number, tuple(cells), positions, tuple(notes))
    return None


def missing_columns(feed: Feed, rows: Sequence[Sequence[str]]) -> list[str]:
    """The Chinese names of the required columns that the row most like a header lacks, of the first of every sheet or
    reading of a file.
    """
    known = _names(feed)
    required = [column for column in feed.columns if column.required]
    best = [column.chinese for column in required]
    for cells in rows:
        named = {known[name].name for name in map(_plain, cells) if name in known}
        best = min(best, [column.chinese for column in required if column.name not in named], key=len)
    return best


def _names(feed: Feed) -> dict[str, Column]:
    return {_plain(name): c for c in feed.columns for name in (c.name, c.chinese, *c.aliases)}


def _plain(cell: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", cell).lower())
