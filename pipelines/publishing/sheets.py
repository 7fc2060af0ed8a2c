"""Writing tables into workbooks: every cell a constant, every sheet ready to filter and print, the same bytes again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.publishing.words import LEVELS, LIST_COLOURS

Kind = Literal[
    "text", "wrap", "centre", "date", "count", "number", "share", "points", "level", "list",
    "fill", "fill_date", "fill_wrap", "wrong",
]  # fmt: skip

FONT = "微软雅黑"
A4 = 9
#: The height of a line of text, in points, and of a row beside its lines.
_LINE_HEIGHT, _ROW_HEIGHT = 14.5, 3

#: A workbook says no time of its own: the same content is the same bytes.
_CREATED = datetime(2000, 1, 1)

#: Text that is data never becomes a formula, a link or a number.
_CONSTANTS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

_LINE = {"border": 1, "border_color": "#B9C2CC", "valign": "top"}

_KINDS: dict[str, dict] = {
    "text": {"num_format": "@"},
    "wrap": {"num_format": "@", "text_wrap": True},
    "centre": {"num_format": "@", "align": "center"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "count": {"num_format": "0", "align": "center"},
    "number": {"num_format": "General", "align": "center"},
    "points": {"num_format": "+0.0%;-0.0%;0.0%", "align": "center"},
    "share": {"num_format": "0.0%", "align": "center"},
    "fill": {"num_format": "@", "bg_color": "#FFFDF2"},
    "fill_date": {"num_format": "yyyy-mm-dd", "align": "center", "bg_color": "#FFFDF2"},
    "fill_wrap": {"num_format": "@", "text_wrap": True, "bg_color": "#FFFDF2"},
    "wrong": {"num_format": "@", "bg_color": "#F8D7DA"},
}

_STYLES: dict[str, dict] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3B57", "valign": "vcenter"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#1F3B57"},
    "section": {"bold": True, "font_size": 12, "font_color": "#FFFFFF", "bg_color": "#2F5D8A", "valign": "vcenter"},
    "header": {
        **_LINE, "bold": True, "font_color": "#FFFFFF", "bg_color": "#2F5D8A",
        "text_wrap": True, "align": "center", "valign": "vcenter",
    },
    "header_fill": {
        **_LINE, "bold": True, "font_color": "#5C4400", "bg_color": "#FFE08A",
        "text_wrap": True, "align": "center", "valign": "vcenter",
    },
    "plain": {"font_color": "#5A6673"},
    "hint": {"font_color": "#5A6673", "text_wrap": True, "valign": "top"},
    "line": {"text_wrap": True, "valign": "top"},
    "clause": {"text_wrap": True, "valign": "top", "font_color": "#2F5D8A"},
    "strong": {"bold": True, "text_wrap": True, "valign": "vcenter", "font_size": 12, "bg_color": "#E8F1FA"},
    "alert": {"bold": True, "text_wrap": True, "valign": "vcenter", "font_color": "#B3261E"},
    "late": {**_LINE, "num_format": "0", "align": "center", "font_color": "#B3261E", "bold": True},
    "new": {**_LINE, "num_format": "@", "align": "center", "font_color": "#B3261E", "bold": True},
}  # fmt: skip


_WRAPPED = {kind for kind, look in _KINDS.items() if look.get("text_wrap")}


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of so many characters' width. A Chinese character is two wide."""
    room = max(int(width) - 1, 2)
    total = 0
    for part in text.split("\n"):
        wide = len(part) + sum(character > "\u2e7f" for character in part)
        total += max(-(-wide // room), 1)
    return total


def row_height(lines: int) -> float:
    """The height of a row of so many lines, in points."""
    return _LINE_HEIGHT * lines + _ROW_HEIGHT


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, how its cells look, how wide it is. `fill`: for the officer to fill in."""

    header: str
    kind: Kind
    width: float

    @property
    def fill(self) -> bool:
        return self.kind.startswith("fill")


class Book:
    """A workbook that is being written, with its formats."""

    def __init__(self, title: str) -> None:
        self._bytes = io.BytesIO()
        self.book: Workbook = xlsxwriter.Workbook(self._bytes, _CONSTANTS)
        self.book.set_properties({"title": title, "author": "返贫预警", "created": _CREATED})
        self.book.set_calc_mode("auto")
        self.book.formats[0].set_font_name(FONT)
        self.book.formats[0].set_font_size(10)
        self._formats: dict[str, Format] = {}

    def format(self, name: str) -> Format:
        """A named format: a column's kind, a style, `level 1` to `level 4`, or `list` and its name."""
        if name not in self._formats:
            look = {"font_name": FONT, "font_size": 10}
            if name.startswith("level "):
                look |= _LINE | {"align": "center", "bold": True, "bg_color": f"#{LEVELS[int(name[6:])][2]}"}
            elif name.startswith("list "):
                colour, ground = LIST_COLOURS[name[5:]]
                look |= _LINE | {
                    "align": "center", "bold": True, "font_color": f"#{colour}", "bg_color": f"#{ground}"
                }  # fmt: skip
            elif name in _KINDS:
                look |= _LINE | _KINDS[name]
            else:
                look |= _STYLES[name]
            self._formats[name] = self.book.add_format(look)
        return self._formats[name]

    def sheet(self, name: str, colour: str, *, landscape: bool = True) -> Worksheet:
        """A new sheet, set up for print: fit to the width of the paper, pages numbered."""
        sheet = self.book.add_worksheet(name)
        sheet.set_tab_color(colour)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        return sheet

    def title(self, sheet: Worksheet, row: int, text: str) -> None:
        """Write a title at `row` (0-based), in a row high enough for it."""
        sheet.set_row(row, 26)
        sheet.write_string(row, 0, text, self.format("title"))

    def close(self) -> bytes:
        """The bytes of the finished workbook."""
        self.book.close()
        return self._bytes.getvalue()

    def table(
        self, sheet: Worksheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence], *, repeat: bool = True
    ) -> int:
        """Write a header at row `top` (0-based) and the rows below it, with filter, frozen header and widths.

        The header is printed on every page, unless `repeat` says that other things follow. Returns the number of rows.
        """
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        count = self.block(sheet, top, columns, rows)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + max(count, 1), len(columns) - 1)
        if repeat:
            sheet.repeat_rows(top)
        return count

    def block(self, sheet: Worksheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence]) -> int:
        """Write a header at row `top` and the rows below it, and nothing else. Returns the number of rows."""
        sheet.set_row(top, 30)
        for at, column in enumerate(columns):
            sheet.write_string(top, at, column.header, self.format("header_fill" if column.fill else "header"))
        number = top
        for number, row in enumerate(rows, start=top + 1):
            lines = 1
            for at, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.cell(sheet, number, at, column.kind, value)
                if column.kind in _WRAPPED and value is not None:
                    lines = max(lines, lines_of(value, column.width))
            if lines > 1:  # not every program works out a row's height when it opens a workbook
                sheet.set_row(number, row_height(lines))
        return number - top

    def cell(self, sheet: Worksheet, row: int, at: int, kind: Kind, value: object) -> None:
        """Write one cell: text as text, whatever it looks like; a level (1 to 4) by its name and colour."""
        if kind == "level":
            sheet.write_string(row, at, LEVELS[value][0], self.format(f"level {value}"))
        elif kind == "list":
            sheet.write_string(row, at, value, self.format(f"list {value}"))
        elif value is None:
            sheet.write_blank(row, at, None, self.format(kind))
        elif isinstance(value, date):
            sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), self.format(kind))
        elif isinstance(value, int | float):
            sheet.write_number(row, at, value, self.format("late" if kind == "count" and value < 0 else kind))
        else:
            sheet.write_string(row, at, str(value), self.format("new" if value == "新" else kind))
