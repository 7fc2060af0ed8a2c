"""Some rows of a delivered file, as raw text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Batch:
    """Some rows of a delivered file.

    `rows` are their numbers (Int64, rising, 1-based, as a spreadsheet shows them), `cells` the text of the columns that
    are read (String, no nulls, "" for an empty or absent cell), `delivered` gives all the cells of the rows at some
    rising positions of the batch, as they came.
    """

    rows: pl.Series
    cells: pl.DataFrame
    delivered: Callable[[Sequence[int]], list[list[str]]]


def cell_frame(records: Sequence[Sequence[str]], columns: Mapping[str, int]) -> pl.DataFrame:
    """The cells of some records at the positions of the `columns`, "" where a record is shorter."""
    return pl.DataFrame(
        {name: [record[at] if at < len(record) else "" for record in records] for name, at in columns.items()},
        schema=dict.fromkeys(columns, pl.String),
    )
