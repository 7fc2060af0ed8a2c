"""Query results as frames. They travel as Parquet in the engine's own scratch folder, which leaves with it."""

from __future__ import annotations

import polars as pl

from pipelines.warehouse.engine import Engine, literal


def frame(engine: Engine, table: str, order: str = "ALL") -> pl.DataFrame:
    """All rows of a table of the engine, in an order that is total, so that the same rows make the same frame."""
    path = engine.folder / f"frame_{table}.parquet"
    engine.execute(table, f"COPY (SELECT * FROM {table} ORDER BY {order}) TO {literal(str(path))} (FORMAT parquet)")
    found = pl.read_parquet(path, glob=False)
    path.unlink()
    return found
