"""Which rows of a group are superseded: their key comes again later in it. Few are, so hashes are looked at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import polars.selectors as cs

from pipelines.feeds import Feed
from pipelines.parquet import read_parquet
from pipelines.staging.schema import key_columns


def superseded(feed: Feed, parts: Sequence[Path]) -> pl.DataFrame:
    """The `ord` (Int64) of the superseded among the rows in `parts`."""
    key = key_columns(feed)

    def read() -> Iterator[pl.DataFrame]:
        # What is a code in one part is plain text in another, of rows that were carried over.
        return (read_parquet(path, [*key, "ord"]).with_columns(cs.enum().cast(pl.String)) for path in parts)

    hashes = pl.concat([rows.select(key).hash_rows() for rows in read()]).sort()
    again = hashes.filter(hashes == hashes.shift()).unique().implode()
    rows = pl.concat([rows.filter(rows.select(key).hash_rows().is_in(again)) for rows in read()])
    return rows.select(pl.col("ord").filter(pl.col("ord") < pl.col("ord").max().over(key)))
