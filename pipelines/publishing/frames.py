"""Query results as frames. They travel as Parquet in the engine's own scratch folder, which leaves with it."""

from __future__ import annotations

import polars as pl

from pipelines.warehouse.engine import Engine, literal


def frame(engine: Engine, table: str, order: str = "ALL") -> pl.DataFrame:
    """All rows of a table of the engine, in an order that is total, so that the same rows make the same frame.

    `order` is empty where it does not matter, or they are put in another one afterwards.
    """
    path = engine.folder / f"frame_{table}.parquet"
    rows = f"SELECT * FROM {table}" + (f" ORDER BY {order}" if order else "")
    engine.execute(table, f"COPY ({rows}) TO {literal(str(path))} (FORMAT parquet)")
    found = pl.read_parquet(path, glob=False)
    path.unlink()
    return found
