"""Writing tables into workbooks: every cell a constant, every sheet ready to filter and print, the same bytes again."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

import polars as pl
import polars.selectors as cs
import xlsxwriter.workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.publishing.words import LEVELS, LIST_COLOURS

Kind = Literal[
    "text", "wrap", "centre", "date", "count", "number", "share", "points", "level", "list",
    "fill", "fill_date", "fill_wrap",
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
    "wrong": {**_LINE, "num_format": "@", "bg_color": "#F8D7DA"},
}  # fmt: skip


_WRAPPED = {kind for kind, look in _KINDS.items() if look.get("text_wrap")}

#: What stands out in a centred column.
_NEW = "新"

#: A pixel in points. A row can't be higher than this, which holds so many lines.
_PIXEL, _HIGHEST, _MOST_LINES = 0.75, 408.75, 28

#: A cell holds so many UTF-16 units.
_LONGEST = 32_767

#: What a text of a cell can't hold as it is: a mark of XML, a character that XML has no place for or what stands for
#: one, white space at its ends.
_ODD = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}_|^\s|\s$"
_NOT_OF_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}[_\x00-\x08\x0b-\x1f\ufffe\uffff])")

#: Spreadsheets count days from 1899-12-30, and hold that there was a 29th of February 1900, their day 60.
_DAYS_TO_1970, _LEAP_DAY = 25_569, 61


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of so many characters' width. A Chinese character is two wide."""
    room = _room(width)
    # What is wide has three bytes in UTF-8, other characters have one.
    return sum(max(-(-((len(part.encode()) + len(part)) // 2) // room), 1) for part in text.split("\n"))


def _lines(text: pl.Expr, width: float) -> pl.Expr:
    """The same of a column of texts; NULL where there is none."""
    room = _room(width)
    wide = (pl.element().str.len_bytes() + pl.element().str.len_chars()) // 2
    return text.str.split("\n").list.eval(((wide + room - 1) // room).clip(1)).list.sum()


def _room(width: float) -> int:
    return max(int(width) - 1, 2)


def row_height(lines: int) -> float:
    """The height of a row of so many lines, in points: of whole pixels, as programs keep it."""
    return min(round((_LINE_HEIGHT * lines + _ROW_HEIGHT) / _PIXEL) * _PIXEL, _HIGHEST)


def _xml(text: str) -> str:
    """The element of a text that can't stand in a cell as it is."""
    text = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    text = _NOT_OF_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<t xml:space="preserve">{escape(text)}</t>'


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, how its cells look, how wide it is. `fill`: for the officer to fill in."""

    header: str
    kind: Kind
    width: float

    @property
    def fill(self) -> bool:
        return self.kind.startswith("fill")


class _Sheet(Worksheet):
    """A sheet that also takes whole rows, as XML: cell by cell, xlsxwriter took half of the time of publishing."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, str] = {}

    def add_rows(self, width: int, rows: Mapping[int, str]) -> None:
        """Write rows (0-based), each of so many cells from the first column on."""
        for row in {min(rows), max(rows)}:
            self._check_dimensions(row, 0)
            self._check_dimensions(row, width - 1)
        self._rows |= rows

    def _write_rows(self) -> None:
        self._calculate_spans()
        for row in sorted({*self.table, *self.row_info, *self._rows}):
            span, info = self.row_spans.get(row // 16), self.row_info.get(row)
            if row in self._rows:
                self.fh.write(self._rows.pop(row))
            elif cells := self.table.get(row):
                self._write_row(row, span, info)
                for column in sorted(cells):
                    self._write_cell(row, column, cells[column])
                self._xml_end_tag("row")
            else:
                self._write_empty_row(row, span, info)


class _Zip(ZipFile):
    """An archive whose files are made a sixth larger, in less than half the time: xlsxwriter has no option for that."""

    def writestr(self, zinfo_or_arcname: ZipInfo | str, data: bytes | str, *_: object, **__: object) -> None:
        super().writestr(zinfo_or_arcname, data, compresslevel=3)


xlsxwriter.workbook.ZipFile = _Zip


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
        self,
        sheet: _Sheet,
        top: int,
        columns: Sequence[Column],
        rows: pl.DataFrame,
        *,
        repeat: bool = True,
        wrong: pl.Series | None = None,
    ) -> int:
        """Write a header at row `top` (0-based) and the rows below it, with filter, frozen header and widths.

        The header is printed on every page, unless `repeat` says that other things follow. `wrong`: for each row, which
        of its cells (0-based) is shown to be wrong, if any. Returns the number of rows.
        """
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        count = self.block(sheet, top, columns, rows, wrong)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + max(count, 1), len(columns) - 1)
        if repeat:
            sheet.repeat_rows(top)
        return count

    def block(
        self, sheet: _Sheet, top: int, columns: Sequence[Column], rows: pl.DataFrame, wrong: pl.Series | None = None
    ) -> int:
        """Write a header at row `top` and the rows below it, and nothing else. Returns the number of rows."""
        self.header(sheet, top, columns)
        self.rows(sheet, columns, rows, pl.int_range(top + 1, top + 1 + rows.height, eager=True), wrong)
        return rows.height

    def header(self, sheet: _Sheet, row: int, columns: Sequence[Column]) -> None:
        """Write the headers of columns at a row."""
        sheet.set_row(row, 30)
        for at, column in enumerate(columns):
            sheet.write_string(row, at, column.header, self.format("header_fill" if column.fill else "header"))

    def rows(
        self,
        sheet: _Sheet,
        columns: Sequence[Column],
        rows: pl.DataFrame,
        places: pl.Series,
        wrong: pl.Series | None = None,
    ) -> None:
        """Write rows, a frame with a column for each of `columns`, at `places` (0-based, in order) of the sheet.

        Text is written as text, whatever it looks like; a level (1 to 4) by its name and colour.
        """
        if rows.is_empty():
            return
        rows = rows.with_columns((~(cs.numeric() | cs.date())).cast(pl.String))
        found = rows.select(_is_odd(pl.col(pl.String)).any())
        odd = {name for name in found.columns if found[name].item()}
        number = pl.lit((places + 1).cast(pl.String))
        parts = [pl.lit('<row r="'), number, pl.lit('"'), _height(columns, rows), pl.lit(">")]
        for at, (column, (name, dtype)) in enumerate(zip(columns, rows.schema.items(), strict=True)):
            style = self._styles_of(column.kind, pl.col(name))
            if wrong is not None:
                style = pl.when(pl.lit(wrong).eq_missing(at)).then(pl.lit(self._style("wrong"))).otherwise(style)
            if column.kind == "level":
                content = _text(pl.format("<t>{}</t>", _named(pl.col(name))))
            elif dtype == pl.String:
                content = _text(pl.lit(_elements(rows[name])) if name in odd else pl.format("<t>{}</t>", name))
            else:
                content = _number(pl.col(name), dtype)
            parts += [pl.lit(f'<c r="{xl_col_to_name(at)}'), number, pl.lit('" s="'), style, content.fill_null('"/>')]
        xml = rows.select(pl.concat_str(*parts, pl.lit("</row>"))).to_series()
        sheet.add_rows(len(columns), dict(zip(places, xml, strict=True)))

    def _styles_of(self, kind: Kind, value: pl.Expr) -> pl.Expr:
        """The numbers of the styles of a column's cells."""
        if kind in ("level", "list"):
            styles = {name: self._style(f"{kind} {name}") for name in (LEVELS if kind == "level" else LIST_COLOURS)}
            return value.replace_strict(styles, return_dtype=pl.String)
        style = pl.lit(self._style(kind))
        if kind == "centre":
            return pl.when(value == _NEW).then(pl.lit(self._style("new"))).otherwise(style)
        if kind == "count":
            return pl.when(value < 0).then(pl.lit(self._style("late"))).otherwise(style)
        return style

    def _style(self, look: str) -> str:
        return str(self.format(look)._get_xf_index())


def _height(columns: Sequence[Column], rows: pl.DataFrame) -> pl.Expr:
    """The attributes of rows that are higher than others: not every program works that out when it opens a workbook."""
    wrapped = [
        _lines(pl.col(name), column.width)
        for column, (name, dtype) in zip(columns, rows.schema.items(), strict=True)
        if column.kind in _WRAPPED and dtype == pl.String
    ]
    heights = {lines: f' ht="{row_height(lines):g}" customHeight="1"' for lines in range(2, _MOST_LINES + 1)}
    lines = pl.max_horizontal(pl.lit(1), *wrapped).clip(upper_bound=_MOST_LINES)
    return lines.replace_strict(heights, default="", return_dtype=pl.String)


def _named(level: pl.Expr) -> pl.Expr:
    return level.replace_strict({level: name for level, (name, *_) in LEVELS.items()}, return_dtype=pl.String)


def _text(element: pl.Expr) -> pl.Expr:
    """The rest of a cell, from behind its style on, that holds the element of a text."""
    return pl.format('" t="inlineStr"><is>{}</is></c>', element)


def _number(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The same of a number or a date."""
    if dtype == pl.Date:
        days = value.cast(pl.Int32) + _DAYS_TO_1970
        value = days - (days < _LEAP_DAY).cast(pl.Int32)
    elif not dtype.is_integer():
        value = value.map_elements("{:.16G}".format, return_dtype=pl.String)
    return pl.format('"><v>{}</v></c>', value)


def _is_odd(text: pl.Expr) -> pl.Expr:
    return text.str.contains(_ODD) | (text.str.len_bytes() > _LONGEST)


def _elements(texts: pl.Series) -> pl.Series:
    """The element of each text, where one of them can't stand in a cell as it is."""
    return texts.map_elements(_xml, return_dtype=pl.String)
