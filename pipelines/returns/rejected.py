"""Rows in quarantine, as they were delivered and with what is wrong with them: for those who hold the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.feeds import FEEDS
from pipelines.parquet import read_parquet
from pipelines.settings import Settings
from pipelines.staging.accounts import accounts, quarantine_files
from pipelines.staging.identities import Identities

#: Reason code → what is wrong and what to do, as the office that delivered the row reads it.
REASONS = {
    "missing_required": "必填项为空，请补填",
    "id_precision_lost": "证件号码以数字格式保存，末几位已丢失，请以文本格式重填",
    "bad_id": "证件号码不是有效的18位身份证号码，请核对",
    "bad_date": "日期或月份无法识别，或不在1900年至2100年之间",
    "bad_number": "数字无法识别，或为负数",
    "bad_code": "不是规定的取值，或代码位数不对",
    "bad_period": "结束早于开始，请核对",
}

#: One row a quarantined row; `cells` and `header` as delivered.
REJECTED = {
    "feed": pl.String,
    "delivered_on": pl.Date,
    "file": pl.Int32,
    "row": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True)
class Asked:
    """Which rows are asked for: of deliveries dated up to `until`, and of these only what is named."""

    until: date
    feed: str | None = None
    delivered_on: date | None = None
    file: int | None = None
    reason: str | None = None

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that are asked for."""
        for column in ("feed", "delivered_on", "file", "reason"):
            value = getattr(self, column)
            if value is not None and column in rows.columns:
                rows = rows.filter(pl.col(column) == value)
        return rows


def rejected(settings: Settings, asked: Asked) -> pl.DataFrame:
    """Where the rows are, and which check they broke: nothing personal."""
    parts = [
        read_parquet(path, list(REJECTED))
        for feed in FEEDS
        if asked.feed in (None, feed)
        for path in quarantine_files(settings, feed, asked.until)
    ]
    found = pl.concat([pl.DataFrame(schema=REJECTED), *parts])
    return asked.of(found).sort("feed", "delivered_on", "file", "row")


def as_delivered(settings: Settings, asked: Asked) -> pl.DataFrame:
    """The same rows with their `cells` and the `header` of their file."""
    rows = rejected(settings, asked)
    cells = asked.of(Identities(settings).quarantined(asked.until))
    return rows.join(cells, on=["feed", "delivered_on", "file", "row"], how="left", maintain_order="left")


def summary(settings: Settings, asked: Asked) -> list[str]:
    """A line for each feed, delivery date, file, column and reason: how many rows; and for each file that was rejected
    whole, why. Nothing personal.
    """
    rows, files = rejected(settings, asked), _rejected_files(settings, asked)
    if rows.is_empty() and not files:
        return ["nothing that fits is in quarantine"]
    groups = ["feed", "delivered_on", "file", "column", "reason"]
    counts = rows.group_by(groups).len().sort(groups)
    return files + [
        f"{feed} {delivered_on} file {file}: {number} row{'s' if number > 1 else ''}: {column} {reason} "
        f"({chinese(feed, column)}: {REASONS[reason]})"
        for feed, delivered_on, file, column, reason, number in counts.iter_rows()
    ]


def _rejected_files(settings: Settings, asked: Asked) -> list[str]:
    if asked.reason:
        return []
    files = [
        (account.feed, account.delivered_on, account.file, account.problem)
        for account in accounts(settings, asked.until)
        if account.status == "rejected"
    ]
    columns = {"feed": pl.String, "delivered_on": pl.Date, "file": pl.Int32, "problem": pl.String}
    return [
        f"{feed} {delivered_on} file {file}: rejected whole: {problem}"
        for feed, delivered_on, file, problem in asked.of(pl.DataFrame(files, columns, orient="row")).iter_rows()
    ]


def shown(settings: Settings, asked: Asked) -> list[str]:
    """The rows as they were delivered, a line each, with the reason in front."""
    return [
        f"{row['feed']} {row['delivered_on']} file {row['file']} row {row['row']}: {row['column']} {row['reason']}: "
        + " | ".join(f"{name}={cell}" for name, cell in zip(row["header"], row["cells"], strict=False) if cell)
        for row in as_delivered(settings, asked).iter_rows(named=True)
    ] or ["nothing that fits is in quarantine"]


def chinese(feed: str, column: str) -> str:
    """A column's Chinese name."""
    return FEEDS[feed].column(column).chinese
