"""Reading a column's cells once where they repeat, as most do: tens of millions of them say a few thousand things."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

#: So many distinct texts of a column are remembered.
MOST = 10_000


class Remembered:
    """What `read` makes of texts, a row for each, though it is asked only for those that were not seen before.

    What it makes of a text must not depend on others.
    """

    def __init__(self, read: Callable[[pl.Series], pl.DataFrame]) -> None:
        self._read, self._nothing = read, read(pl.Series([], dtype=pl.String))
        self._forget()

    def _forget(self) -> None:
        self._texts = pl.Categories.random()
        self._numbers = pl.Series([], dtype=pl.Categorical(self._texts))  # keeps them: Polars drops what no series uses
        self._table = self._nothing

    def __call__(self, texts: pl.Series) -> pl.DataFrame:
        """The rows of a String series without nulls, in its order."""
        numbers = texts.cast(self._numbers.dtype).to_physical()
        new = self._texts.to_series().slice(self._table.height)
        if 2 * len(new) > len(texts):
            self._forget()
            return self._read(texts)
        if len(new):
            self._table = pl.concat([self._table, self._read(new)])
        rows = self._table.select(pl.all().gather(numbers))
        if self._table.height > MOST:
            self._forget()
        return rows
