"""What goes wrong in offices: cells mistyped, spaced and widened, an ID number that is somebody else's, blank rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from pipelines.feeds import Feed
from pipelines.simulation.world import Chance

_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _wrong_check(number: str) -> str:
    return number[:17] + ("1" if number[17] == "0" else "0")


def _spaced(number: str) -> str:
    return f" {number[:6]} {number[6:14]} {number[14:]} "


def _wide(text: str) -> str:
    return text.translate(_WIDE)


def _short(number: str) -> str:
    """The 15 digits of a number given before 1999, where it can be one."""
    return number[:6] + number[8:17] if number[6:8] == "19" else number


#: Fault → the share of rows, and what becomes of the ID number.
ID_FAULTS: tuple[tuple[float, Callable[[str], str]], ...] = (
    (0.0012, _wrong_check),
    (0.002, _wide),
    (0.003, _spaced),
    (0.0005, _short),
    (0.0005, lambda number: number + "43"),
    (0.001, str.lower),
)
ANOTHERS = 0.0004
SPACED_NAME = 0.003
NO_NAME = 0.0002
WRONG_DATE = 0.0006
WIDE_DATE = 0.001
#: One blank row in so many.
BLANK_ROW_IN = 3000


def soil(rows: pl.DataFrame, feed: Feed, chance: Chance, scale: float) -> pl.DataFrame:
    """The rows as an office sends them; `scale` multiplies every share of faults."""
    if not rows.height or not scale:
        return rows
    ids, names = rows["id_number"], rows["name"]
    # A register of people is kept with more care than a list.
    careful = scale * (0.3 if feed.snapshot else 1.0)
    another = _some(chance, rows.height, ANOTHERS * careful)
    ids = _put(ids, another, ids.gather((another + rows.height // 2) % rows.height).to_list())
    for share, fault in ID_FAULTS:
        at = _some(chance, rows.height, share * careful)
        ids = _put(ids, at, [fault(number) for number in ids.gather(at).to_list()])
    at = _some(chance, rows.height, SPACED_NAME * scale)
    names = _put(names, at, [f"{name[:1]}　{name[1:]}" for name in names.gather(at).to_list()])
    at = _some(chance, rows.height, NO_NAME * careful)
    names = _put(names, at, [None] * len(at))
    rows = rows.with_columns(ids, names)
    column = next((c.name for c in feed.columns if c.type == "date" and c.required), None)
    if column:
        wrong, wide = (_some(chance, rows.height, share * careful) for share in (WRONG_DATE, WIDE_DATE))
        if len(wrong) or len(wide):
            days = rows[column].cast(pl.String)
            days = _put(days, wide, [_wide(day) for day in days.gather(wide).to_list()])
            days = _put(days, wrong, ["2025-13-32"] * len(wrong))
            rows = rows.with_columns(days)
    for place in sorted(chance.below(int(rows.height * scale / BLANK_ROW_IN), rows.height).tolist(), reverse=True):
        blank = rows.clear(1)
        rows = pl.concat([rows[:place], blank, rows[place:]])
    return rows


def _some(chance: Chance, n: int, share: float) -> np.ndarray:
    """Some of n places, each with the chance `share`."""
    return np.unique(chance.below(int(chance.numbers.binomial(n, min(share, 1.0))), n))


def _put(column: pl.Series, places: np.ndarray, values: list) -> pl.Series:
    return column.scatter(places, pl.Series(values, dtype=pl.String)) if len(places) else column
