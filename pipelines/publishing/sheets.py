"""Writing tables into workbooks: every cell a constant, every sheet ready to filter and print, the same bytes again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
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
_WIDE = re.compile("[\u2e80-\U0010ffff]+")

#: A cell holds so many UTF-16 units.
_LONGEST = 32_767

#: Spreadsheets count days from here, and hold that there was a 29th of February 1900, their day 60.
_DAY_ZERO, _LEAP_DAY = date(1899, 12, 30).toordinal(), 61


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of so many characters' width. A Chinese character is two wide."""
    room = max(int(width) - 1, 2)
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    total = 0
    for part in text.split("\n"):
        wide = 2 * len(part) - len(_WIDE.sub("", part))
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


@dataclass(frozen=True)
class Wrong:
    """The value of a cell that is shown to be wrong."""

    value: str | None


class _Sheet(Worksheet):
    """A sheet that also takes whole rows, as XML: cell by cell, xlsxwriter took half of the time of publishing.

    What it writes is the same byte for byte, which a test sees to.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, tuple[int, str]] = {}

    def add_row(self, row: int, width: int, cells: str) -> None:
        """Write the cells of a row (0-based), so many from the first column on."""
        self._check_dimensions(row, width - 1)
        self.dim_colmin = 0
        self._rows[row] = width, cells

    def _calculate_spans(self) -> None:
        ends = [(row, min(cells), max(cells)) for row, cells in self.table.items() if cells]
        ends += [(row, 0, width - 1) for row, (width, _) in self._rows.items()]
        spans: dict[int, tuple[int, int]] = {}
        for row, first, last in ends:
            known = spans.get(row // 16, (first, last))
            spans[row // 16] = min(known[0], first), max(known[1], last)
        self.row_spans = {place: f"{first + 1}:{last + 1}" for place, (first, last) in spans.items()}

    def _write_rows(self) -> None:
        self._calculate_spans()
        for row in sorted({*self.table, *self.row_info, *self._rows}):
            span, info = self.row_spans.get(row // 16), self.row_info.get(row)
            if row in self._rows:
                self._write_row(row, span, info)
                self.fh.write(self._rows[row][1])
                self._xml_end_tag("row")
            elif cells := self.table.get(row):
                self._write_row(row, span, info)
                for column in sorted(cells):
                    self._write_cell(row, column, cells[column])
                self._xml_end_tag("row")
            else:
                self._write_empty_row(row, span, info)


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
        self._styles: dict[str, int] = {}

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
            self._formats[name]._get_xf_index()  # numbered as they come up, not when the book is closed
        return self._formats[name]

    def sheet(self, name: str, colour: str, *, landscape: bool = True) -> _Sheet:
        """A new sheet, set up for print: fit to the width of the paper, pages numbered."""
        sheet = self.book.add_worksheet(name, _Sheet)
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
        self, sheet: _Sheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence], *, repeat: bool = True
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

    def block(self, sheet: _Sheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence]) -> int:
        """Write a header at row `top` and the rows below it, and nothing else. Returns the number of rows.

        Text is written as text, whatever it looks like; a level (1 to 4) by its name and colour.
        """
        sheet.set_row(top, 30)
        for at, column in enumerate(columns):
            sheet.write_string(top, at, column.header, self.format("header_fill" if column.fill else "header"))
        places = [
            (f'<c r="{xl_col_to_name(at)}', column.kind, column.width if column.kind in _WRAPPED else None)
            for at, column in enumerate(columns)
        ]
        styles, text = self._styles, self._text
        number = top
        for number, row in enumerate(rows, start=top + 1):
            cells, lines = [], 1
            at = f'{number + 1}" s="'
            # Millions of cells come by here: what most of them are is written without another call.
            for (place, kind, width), value in zip(places, row, strict=True):
                if value is None:
                    cells.append(f'{place}{at}{styles.get(kind) or self._style(kind)}"/>')
                elif type(value) is str and kind != "list" and value != "新":
                    style = styles.get(kind) or self._style(kind)
                    cells.append(f'{place}{at}{style}" t="s"><v>{text(value)}</v></c>')
                    if width and (2 * len(value) > width - 2 or "\n" in value):
                        lines = max(lines, lines_of(value, width))
                else:
                    cells.append(f"{place}{at}{self._cell(kind, value)}")
            if lines > 1:  # not every program works out a row's height when it opens a workbook
                sheet.set_row(number, row_height(lines))
            sheet.add_row(number, len(columns), "".join(cells))
        return number - top

    def _cell(self, kind: Kind, value: object) -> str:
        """The XML of a cell that is neither empty nor a common text, from the number of its style on."""
        if isinstance(value, str):
            return f'{self._style("new" if value == "新" else f"list {value}")}" t="s"><v>{self._text(value)}</v></c>'
        if isinstance(value, Wrong):
            text = "/>" if value.value is None else f' t="s"><v>{self._text(value.value)}</v></c>'
            return f'{self._style("wrong")}"{text}'
        if kind == "level":
            return f'{self._style(f"level {value}")}" t="s"><v>{self._text(LEVELS[value][0])}</v></c>'
        if isinstance(value, date):
            days = value.toordinal() - _DAY_ZERO
            return f'{self._style(kind)}"><v>{days - (days < _LEAP_DAY)}</v></c>'
        look = "late" if kind == "count" and value < 0 else kind
        return f'{self._style(look)}"><v>{value:.16G}</v></c>'

    def _style(self, name: str) -> int:
        if name not in self._styles:
            self._styles[name] = self.format(name)._get_xf_index()
        return self._styles[name]

    def _text(self, text: str) -> int:
        """The number of a text among those of the workbook."""
        if len(text) > _LONGEST // 2:
            text = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
        return self.book.str_table._get_shared_string_index(text)
