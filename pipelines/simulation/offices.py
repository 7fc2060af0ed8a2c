"""How an office writes its files: names of columns, their order, encoding, dates; always the same way."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from pipelines.feeds import FEEDS, Feed
from pipelines.simulation.world import Chance, World

DATE_STYLES = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y%m%d", "%Y年%-m月%-d日", "%Y.%-m.%-d")


@dataclass(frozen=True)
class Style:
    """The habits of one office with one feed."""

    headers: dict[str, str]  # column → its header, in the order of the columns
    kind: str = "csv"  # or xlsx
    encoding: str = "utf-8"
    separator: str = ","
    titles: int = 0
    dates: str | None = None  # None: ISO


def style(world: World, feed: Feed, office: str) -> Style:
    """The habits follow from the seed, the feed and the office's code."""
    chance = Chance(world.seed, list(FEEDS).index(feed.name), int(office), 99)
    order = chance.numbers.permutation(len(feed.columns)).tolist() if world.mixed or chance.yes(1, 0.5)[0] else None
    columns = [feed.columns[i] for i in order] if order else list(feed.columns)
    draws = chance.share(len(columns))
    headers = {}
    for column, draw in zip(columns, draws.tolist(), strict=True):
        names = (column.chinese, column.chinese, *column.aliases)
        headers[column.name] = names[int(draw * len(names))]
        if world.mixed and column.required and draw * 7 % 1 < 0.2:
            headers[column.name] += " *" if draw < 0.5 else "（必填）"
    if not world.mixed:
        return Style(headers, encoding="gb18030" if chance.yes(1, 0.1)[0] else "utf-8")
    kind = int(chance.pick(1, [0.3, 0.15, 0.25, 0.3])[0])
    return Style(
        headers,
        kind="xlsx" if kind == 3 else "csv",
        encoding=("utf-8", "utf-8-sig", "gb18030", "")[kind],
        separator=(",", "\t", ";")[int(chance.pick(1, [0.7, 0.2, 0.1])[0])],
        titles=int(chance.below(1, 3)[0]),
        dates=DATE_STYLES[int(chance.below(1, len(DATE_STYLES))[0])],
    )


def spelled(world: World, feed: Feed, office: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with dates written in the office's way, where offices have one."""
    pattern = style(world, feed, office).dates
    if pattern is None:
        return rows
    return rows.with_columns(pl.col(pl.Date).dt.strftime(pattern))


def deliver(world: World, landing: Path, feed: Feed, office: str, day: int, rows: pl.DataFrame, part: str = "") -> None:
    """Write rows as the office's delivery of a day; where it has one already, add to it (CSV only)."""
    habits = style(world, feed, office)
    folder = landing / feed.name / str(date.fromordinal(719163 + day))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{office}{feed.chinese if world.mixed else ''}{part}.{habits.kind}"
    rows = rows.select(list(habits.headers))
    titles = [f"{feed.chinese}", f"填报日期：{folder.name}"][: habits.titles]
    if habits.kind == "xlsx":
        _workbook(path, rows, list(habits.headers.values()), titles)
        return
    new = not path.exists()
    text = io.BytesIO()
    if new:
        lines = [*titles, habits.separator.join(habits.headers.values())]
        text.write(("\n".join(lines) + "\n").encode())
    rows.write_csv(text, include_header=False, separator=habits.separator)
    content = text.getbuffer()
    with path.open("ab") as file:
        if habits.encoding == "utf-8":
            file.write(content)
        else:
            file.write(bytes(content).decode("utf-8").encode(habits.encoding))


def _workbook(path: Path, rows: pl.DataFrame, headers: list[str], titles: list[str]) -> None:
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})
        sheet = book.add_worksheet("Sheet1")
        for r, title in enumerate(titles):
            sheet.write(r, 0, title)
        sheet.write_row(len(titles), 0, headers)
        for r, row in enumerate(rows.iter_rows(), start=len(titles) + 1):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
