"""The columns of the staged Parquet files; they follow from the declarations in `pipelines/feeds.py`."""

from __future__ import annotations

import polars as pl

from pipelines.feeds import Column, Feed
from pipelines.staging.columns import NUMBER, codes

_TYPES = {
    "id": pl.Int64,
    "name": pl.Int64,
    "account": pl.Int64,
    "date": pl.Date,
    "end_date": pl.Date,
    "month": pl.Int32,
    "number": NUMBER,
    "yes_no": pl.Boolean,
}
_SQL = {pl.Int64: "BIGINT", pl.Int32: "INTEGER", pl.Date: "DATE", pl.Boolean: "BOOLEAN", pl.String: "VARCHAR"}

#: Quarantined rows without their cells. `person` and `name_key` are null where the row does not say them.
QUARANTINE = {
    "feed": pl.String,
    "delivered_on": pl.Date,
    "file": pl.Int32,
    "row": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
    "person": pl.Int64,
    "name_key": pl.Int64,
    "ord": pl.Int64,
}


def staged_schema(feed: Feed) -> dict[str, pl.DataType]:
    """The columns of a feed's staged rows up to `ord`, in order (`delivered_on` and `superseded` follow)."""
    schema: dict[str, pl.DataType] = {}
    for column in feed.columns:
        schema[column.staged] = _type(column)
        if column.type == "id" and feed.born_on:
            schema["born_on"] = pl.Date
    return {**schema, "ord": pl.Int64}


def sql_schema(feed: Feed) -> dict[str, str]:
    """All columns of a feed's staged rows, with their types as DuckDB calls them."""
    columns = {name: sql_type(kind) for name, kind in staged_schema(feed).items()}
    return columns | {"delivered_on": "DATE", "superseded": "BOOLEAN"}


def key_columns(feed: Feed) -> list[str]:
    """The staged columns of a feed's key."""
    return [column.staged for column in feed.columns if column.key]


def sql_type(kind: pl.DataType) -> str:
    """How DuckDB calls a type of these schemas."""
    if isinstance(kind, pl.List):
        return sql_type(kind.inner) + "[]"
    if isinstance(kind, pl.Enum):
        return "VARCHAR"
    return "DECIMAL(18, 4)" if kind == NUMBER else _SQL[kind]


def _type(column: Column) -> pl.DataType:
    if column.type == "code":
        return codes(column)
    return pl.Int64 if column.private else _TYPES.get(column.type, pl.String)
