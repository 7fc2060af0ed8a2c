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
        self._read, self._table = read, self._rows(read, pl.Series([], dtype=pl.String))

    def __call__(self, texts: pl.Series) -> pl.DataFrame:
        """The rows of a String series without nulls, in its order."""
        distinct = texts.unique()
        if 2 * len(distinct) > len(texts):
            return self._read(texts)
        table = self._known(distinct) if len(distinct) <= MOST else self._rows(self._read, distinct)
        return texts.alias("text").to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")

    def _known(self, distinct: pl.Series) -> pl.DataFrame:
        """Rows of at least these texts, by `text`."""
        new = distinct.alias("text").to_frame().join(self._table, on="text", how="anti")["text"]
        if not len(new):
            return self._table
        table = pl.concat([self._table, self._rows(self._read, new)])
        if len(table) <= MOST:
            self._table = table
        return table

    @staticmethod
    def _rows(read: Callable[[pl.Series], pl.DataFrame], texts: pl.Series) -> pl.DataFrame:
        return read(texts).hstack([texts.alias("text")])
