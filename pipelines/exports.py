"""The tables of `fanpin export`: for those who hold the key, so with ID numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from pipelines.feeds import ORD_DAY, ORD_FILE
from pipelines.parquet import read_parquet
from pipelines.settings import Settings
from pipelines.staging.accounts import accounts, quarantine_files
from pipelines.staging.identities import Identities
from pipelines.warehouse.day import held
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings, ran
from pipelines.warehouse.kept import kept, kept_states


def files(settings: Settings, day: date) -> pl.DataFrame:
    """One row a delivered file dated on or before `day`."""
    names = Identities(settings).file_names(day)
    touched = held(settings, day).touched
    rows = [
        (
            account.feed,
            account.delivered_on,
            names[account.feed, account.delivered_on, account.file],
            "held" if (account.feed, account.delivered_on, account.file) in touched else account.status,
            account.read,
            account.accepted,
            account.quarantined,
            account.superseded,
        )
        for account in accounts(settings, day)
    ]
    columns = ("feed", "delivered_on", "file", "status", "read", "accepted", "quarantined", "superseded")
    return pl.DataFrame(rows, schema=columns, orient="row") if rows else pl.DataFrame(schema=columns)


def quarantine(settings: Settings, day: date) -> pl.DataFrame:
    """One row a quarantined row of a delivery dated on or before `day`."""
    columns = ["feed", "delivered_on", "file", "row", "column", "reason"]
    parts = [
        read_parquet(path, columns)
        for feed in sorted({account.feed for account in accounts(settings, day)})
        for path in quarantine_files(settings, feed, day)
    ]
    found = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return _with_file_names(settings, found, day).select(columns)


def conflicts(settings: Settings, day: date) -> pl.DataFrame:
    """One row a row in truth on `day` that has a known ID number with another name."""
    ran(settings, day)
    found = read_parquet(kept(settings, day, "conflicts")).with_columns(*delivered_row("ord"))
    found = _with_file_names(settings, _with_id_numbers(settings, found, "person", "id_number"), day)
    return found.select("id_number", "feed", "delivered_on", "file", "row")


def states(settings: Settings, day: date) -> pl.DataFrame:
    """One row a registry person: the employment state on `day`."""
    ran(settings, day)
    found = kept_states(settings, day, ["person", "state", "since", "cause"])
    return _with_id_numbers(settings, found, "person", "id_number").select("id_number", "state", "since", "cause")


def warnings(settings: Settings, day: date) -> pl.DataFrame:
    """One row a warning opened on or before `day`, as it stands on it."""
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        columns = [
            "warning_id", "rule", "key_person", "key_employer", "key_rest", "level", "status",
            "opened_on", "resolved_on", "due_on", "county_code", "reason",
        ]  # fmt: skip
        rows = engine.rows("warnings", f"SELECT {', '.join(columns)} FROM warnings")
    found = pl.DataFrame(rows, schema=dict(zip(columns, WARNING_TYPES, strict=True)), orient="row")
    found = _with_id_numbers(settings, found, "key_person", "id_number")
    employers = Identities(settings).texts("text", found["key_employer"].drop_nulls().unique())
    return (
        found.join(employers.rename({"key": "key_employer", "text": "employer_no"}), on="key_employer", how="left")
        .with_columns(
            pl.concat_str("id_number", "employer_no", "key_rest", separator="|", ignore_nulls=True).alias("key"),
            level_name("level").alias("level"),
        )
        .select(
            "warning_id",
            "rule",
            "key",
            "level",
            "status",
            "opened_on",
            "resolved_on",
            "due_on",
            "county_code",
            "reason",
        )
    )


WARNING_TYPES = (
    pl.String, pl.String, pl.Int64, pl.Int64, pl.String, pl.Int32, pl.String,
    pl.Date, pl.Date, pl.Date, pl.String, pl.String,
)  # fmt: skip

LEVELS = {1: "blue", 2: "yellow", 3: "orange", 4: "red"}

EXPORTS: dict[str, Callable[[Settings, date], pl.DataFrame]] = {
    "files": files,
    "quarantine": quarantine,
    "states": states,
    "warnings": warnings,
    "conflicts": conflicts,
}


def level_name(column: str) -> pl.Expr:
    """The name of a level kept as a number, 1 blue to 4 red."""
    return pl.col(column).replace_strict(LEVELS, return_dtype=pl.String)


def delivered_row(column: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """`delivered_on`, `file` (number) and `row` of a packed place in the order of delivery."""
    place = pl.col(column)
    return (
        (place // ORD_DAY).cast(pl.Int32).cast(pl.Date).alias("delivered_on"),
        (place // ORD_FILE % (ORD_DAY // ORD_FILE)).cast(pl.Int32).alias("file"),
        (place % ORD_FILE).alias("row"),
    )


def to_csv(table: pl.DataFrame) -> str:
    """UTF-8 text with LF, a header, ISO dates, nothing for none, rows sorted by all columns."""
    return table.sort(table.columns, nulls_last=False).write_csv(line_terminator="\n")


def _with_id_numbers(settings: Settings, frame: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    known = Identities(settings).texts("id", frame[column].drop_nulls().unique())
    return frame.join(known.rename({"key": column, "text": name}), on=column, how="left")


def _with_file_names(settings: Settings, frame: pl.DataFrame, day: date) -> pl.DataFrame:
    names = Identities(settings).file_names(day)
    table = pl.DataFrame(
        [(*place, name) for place, name in names.items()],
        schema={"feed": pl.String, "delivered_on": pl.Date, "file": pl.Int32, "file_name": pl.String},
        orient="row",
    )
    return (
        frame.with_columns(pl.col("file").cast(pl.Int32), pl.col("delivered_on").cast(pl.Date))
        .join(table, on=["feed", "delivered_on", "file"], how="left")
        .drop("file")
        .rename({"file_name": "file"})
    )
