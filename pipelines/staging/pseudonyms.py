"""Checked rows to staged rows: people and private texts become keyed hashes."""

from __future__ import annotations

import polars as pl

from pipelines.feeds import Column, Feed
from pipelines.staging.checks import Checked
from pipelines.staging.identities import Identities
from pipelines.staging.keyed import keyed
from pipelines.staging.resident_id import born_on
from pipelines.staging.schema import QUARANTINE, staged_schema


def staged_rows(
    feed: Feed, checked: Checked, where: pl.Series, order: pl.Series, identities: Identities, key: bytes
) -> pl.DataFrame:
    """The rows at which `where` is true as `schema.staged_schema` has them; `order` is the `ord` of all rows."""
    values = checked.values.filter(where)
    staged: dict[str, pl.Series] = {}
    for column in feed.columns:
        value = values[column.name]
        staged[column.staged] = _keys(column, value, identities, key)
        if column.type == "id" and feed.born_on:
            staged["born_on"] = born_on(value)
    return pl.DataFrame({**staged, "ord": order.filter(where)}).cast(staged_schema(feed))


def quarantined_rows(
    feed: Feed, checked: Checked, where: pl.Series, order: pl.Series, identities: Identities
) -> pl.DataFrame:
    """The rows at which `where` is true as `schema.QUARANTINE` has them, `delivered_on` and `file` still null."""
    values = checked.values.filter(where)
    keys = {
        column.staged: identities.keys("id" if column.type == "id" else "text", values[column.name])
        for column in feed.columns
        if column.type in ("id", "name")
    }
    known = {
        "row": checked.rows.filter(where),
        "column": checked.column.filter(where),
        "reason": checked.reason.filter(where),
        "ord": order.filter(where),
        **keys,
    }
    return pl.DataFrame(known).select(
        (pl.col(name) if name in known else pl.lit(feed.name if name == "feed" else None)).cast(kind).alias(name)
        for name, kind in QUARANTINE.items()
    )


def _keys(column: Column, value: pl.Series, identities: Identities, key: bytes) -> pl.Series:
    if column.type == "id":
        return identities.keys("id", value)
    if column.type == "name" or column.private:
        return identities.keys("text", value)
    if column.type == "account":  # nobody needs an account back, so none is remembered
        distinct = value.drop_nulls().unique()
        keys = pl.DataFrame({"value": distinct, "key": pl.Series(keyed(key, "account", distinct), dtype=pl.Int64)})
        return value.rename("value").to_frame().join(keys, on="value", how="left", maintain_order="left")["key"]
    return value
