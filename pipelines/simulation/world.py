"""What all of a simulation shares: its dates, its scale of lateness and faults, its chance, its calendar.

Days are integers counted from 1970-01-01, months integers counted from year 0 (as in the staged rows).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.feeds import EPOCH

#: Later than every day of a simulation: has not ended, does not happen.
NEVER = 2**30

#: Months of contributions and payments that the first delivery states.
MONTHS_BEFORE = 13


@dataclass(frozen=True)
class World:
    """One simulation. `start` is the date of the first deliveries, `end` that of the last."""

    seed: int
    start: int
    end: int
    #: Every lag between an event and the day its record is delivered is multiplied by this.
    lateness: float
    #: Every share of faulty cells and rows is multiplied by this.
    faults: float
    #: Whether offices write the formats of their own; otherwise all write CSV.
    mixed: bool

    @property
    def horizon(self) -> int:
        """The first day of which the life histories are told event by event."""
        return int(first_day(month_of(np.array([self.start])) - MONTHS_BEFORE)[0])

    @property
    def first_month(self) -> int:
        return int(month_of(np.array([self.horizon]))[0])

    @property
    def last_month(self) -> int:
        return int(month_of(np.array([self.end]))[0])


class Chance:
    """Random numbers that depend on what they are for, not on the order in which counties are made."""

    def __init__(self, *purpose: int):
        self.numbers = np.random.Generator(np.random.PCG64(np.random.SeedSequence(purpose)))

    def yes(self, n: int, share: float | np.ndarray) -> np.ndarray:
        """n × bool."""
        return self.numbers.random(n) < share

    def share(self, n: int) -> np.ndarray:
        """n × float in [0, 1)."""
        return self.numbers.random(n)

    def pick(self, n: int, weights: list[float]) -> np.ndarray:
        """n × index into `weights`."""
        bounds = np.cumsum(weights) / np.sum(weights)
        return np.minimum(np.searchsorted(bounds, self.numbers.random(n), side="right"), len(weights) - 1)

    def below(self, n: int, end: int | np.ndarray) -> np.ndarray:
        """n × integer in 0 … end − 1."""
        return (self.numbers.random(n) * end).astype(np.int64)

    def days(self, n: int, mean: float | np.ndarray) -> np.ndarray:
        """n × days to an event that comes with the same chance every day."""
        return (self.numbers.exponential(1.0, n) * mean).astype(np.int64)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def month_of(days: np.ndarray) -> np.ndarray:
    """The months of days."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def first_day(months: np.ndarray) -> np.ndarray:
    """The first days of months."""
    return (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def birthday(born: np.ndarray, age: int | np.ndarray) -> np.ndarray:
    """The day on which `age` is reached, a 29 February falling on 1 March."""
    months = month_of(born)
    return first_day(months + 12 * age) + (born - first_day(months))


def dates(days: np.ndarray) -> pl.Series:
    """Dates of days, null for NEVER."""
    column = pl.Series(days.astype(np.int32))
    return pl.select(pl.when(column < NEVER).then(column)).to_series().cast(pl.Date)


def months(values: np.ndarray) -> pl.Series:
    """Months as text, like 2025-06."""
    if not len(values):
        return pl.Series([], dtype=pl.String)
    low = int(values.min())
    texts = [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(low, int(values.max()) + 1)]
    return gather(texts, values - low)


def gather(texts: list[str] | pl.Series, index: np.ndarray) -> pl.Series:
    """The text at each index, null where it is negative."""
    table = texts if isinstance(texts, pl.Series) else pl.Series(texts, dtype=pl.String)
    if not len(index):
        return table.clear()
    places = pl.Series(index)
    if index.min() < 0:
        places = pl.select(pl.when(places >= 0).then(places)).to_series()
    return table.gather(places.cast(pl.UInt32))


def yes_no(values: np.ndarray) -> pl.Series:
    """1: 是, 0: 否, −1: nothing."""
    return gather(["否", "是"], values)
