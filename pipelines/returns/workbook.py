"""The workbook that goes back to an office: its own rows as it delivered them, with what is wrong beside them.

Corrected, it can be delivered as it is: the header is the delivered one, and what was added is ignored when it is read.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipelines.feeds import FEEDS
from pipelines.files import write_private
from pipelines.landing.header import find_header
from pipelines.publishing.sheets import Book, Column
from pipelines.returns.rejected import REASONS, Asked, as_delivered, chinese
from pipelines.settings import FanpinError, Settings

#: What is added to the delivered columns. None of these is a column of a feed.
ADDED = (
    Column("【有误的列】", "text", 14),
    Column("【退回原因】", "wrap", 30),
    Column("【原文件】", "count", 10),
    Column("【原行号】", "count", 10),
)

#: A sheet holds so many rows; an office that has more wrong has another problem than rows.
MOST_ROWS = 1_000_000


def export(settings: Settings, feed: str, delivered_on: date, output: Path, file: int | None = None) -> int:
    """Write the workbook of a feed's delivery, readable by its owner only. Returns the number of rows.

    Raises FanpinError where nothing of it is in quarantine, or the file can't be written.
    """
    rows = as_delivered(settings, Asked(delivered_on, feed, delivered_on, file))
    if rows.is_empty():
        raise FanpinError(
            f"nothing of {feed} {delivered_on} is in quarantine: see `fanpin quarantine list --date {delivered_on}`."
        )
    if rows.height > MOST_ROWS:
        raise FanpinError(f"{rows.height} rows are more than a sheet holds: name one file with --file.")
    write_private(output, build(feed, delivered_on, rows))
    return rows.height


def build(feed: str, delivered_on: date, rows: pl.DataFrame) -> bytes:
    """The workbook of rows of `as_delivered`. The same rows are the same bytes."""
    files = {tuple(header): _columns(feed, tuple(header)) for header in rows["header"].to_list()}
    named: dict[str, str] = {}
    for columns in files.values():
        for name, (text, _) in columns.items():
            named.setdefault(name, text)
    # Known columns first: of a second one of the same meaning the first is read.
    names = sorted(named, key=lambda name: name not in _known(feed))
    book = Book(f"{FEEDS[feed].chinese} {delivered_on} 退回更正")
    sheet = book.sheet("退回更正", "#B3261E")
    lines = [_cells(feed, names, files[tuple(row["header"])], row) for row in rows.iter_rows(named=True)]
    widths = [_width([named[name], *(line[at] for line in lines)]) for at, name in enumerate(names)]
    shown = (*(Column(named[name], "fill", width) for name, width in zip(names, widths, strict=True)), *ADDED)
    wrong = pl.Series([names.index(name) if name in names else None for name in rows["column"]], dtype=pl.Int64)
    book.table(sheet, 0, shown, pl.DataFrame(lines, orient="row", infer_schema_length=None), wrong=wrong)
    guide = book.sheet("说明", "#2F5D8A", landscape=False)
    guide.set_column(0, 0, 90)
    for number, text in enumerate(_guide(feed, delivered_on, rows.height)):
        guide.write_string(number, 0, text, book.format("title" if not number else "line"))
    return book.close()


def _known(feed: str) -> set[str]:
    return {column.name for column in FEEDS[feed].columns}


def _columns(feed: str, header: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """What a file's header names: a known column by its name, any other by its own text → text and place."""
    found = find_header(FEEDS[feed], [header])
    at = {place: name for name, place in found.positions.items()} if found else {}
    columns: dict[str, tuple[str, int]] = {}
    for place, text in enumerate(header):
        if text.strip():
            columns.setdefault(at.get(place, f"= {text}"), (text, place))
    return columns


def _cells(feed: str, names: list[str], columns: dict[str, tuple[str, int]], row: dict) -> list[object]:
    cells = row["cells"]
    places = [columns[name][1] if name in columns else len(cells) for name in names]
    return [
        *((cells[place] or None) if place < len(cells) else None for place in places),
        chinese(feed, row["column"]),
        REASONS[row["reason"]],
        row["file"],
        row["row"],
    ]


def _width(texts: list) -> int:
    """As wide as the longest text, in characters: an ID number is read whole, and a long remark hides nothing else."""
    wide = max(len(text) + sum(character > "\u2e7f" for character in text) for text in texts if text)
    return min(max(wide + 3, 10), 26)


def _guide(feed: str, delivered_on: date, rows: int) -> list[str]:
    return [
        f"《{FEEDS[feed].chinese}》{delivered_on}报送中有误的{rows}行",
        "本表含个人信息，只交还原报送单位，请勿转发。",
        "1. 每一行都是贵单位报送的原样，有误的格标红，列名和原因写在右侧；请直接在行内更正，仍不能确定的行请删去。",
        "2. 证件号码请用文本格式填写。",
        f"3. 更正后把本表交回，作为{delivered_on}报送的补充文件；也可以更正原文件后重新报送，二者选一。",
        "   整份报送因有误的行太多而暂存的，请更正原文件，整份重新报送。",
        "4. 右侧四列【】不会被读取，不必删除。",
    ]
