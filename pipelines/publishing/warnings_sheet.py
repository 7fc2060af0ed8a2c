"""The sheet 预警清单: every warning that is followed up, and beside it the columns that come back as feedback.

All three lists stand in this one sheet. Of a returned workbook the first sheet with the feedback header is read, and
no other: what somebody fills in must not be lost, so there is one place to fill in. The lists follow one another, 帮扶
first, and the filter of the column 清单 shows each by itself.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from xlsxwriter.worksheet import Worksheet

from pipelines.feeds import FEEDBACK
from pipelines.publishing.extracts import County
from pipelines.publishing.reasons import reasons
from pipelines.publishing.sheets import A3, Book, Column
from pipelines.publishing.words import STATUSES

_HEADER = {column.name: column.chinese for column in FEEDBACK.columns}

COLUMNS = (
    Column("清单", "centre", 9),
    Column("级别", "level", 7),
    Column("新增", "centre", 6),
    Column("进展", "centre", 9),
    Column("预警事项", "wrap", 15),
    Column("姓名", "wrap", 12),
    Column("证件号码", "wrap", 21),
    Column("乡镇", "wrap", 12),
    Column("村代码", "text", 14.5),
    Column("户编号", "text", 15),
    Column("帮扶联系人", "wrap", 10),
    Column("预警事由", "wrap", 52),
    Column("失业起始", "date", 11.5),
    Column("预警日期", "date", 11.5),
    Column("办理期限", "date", 11.5),
    Column("剩余天数", "count", 7),
    Column("依据（数据来源）", "wrap", 38),
    Column("跟进单位", "wrap", 13),
    Column(_HEADER["warning_id"], "text", 17),
    Column(_HEADER["outcome"], "fill", 9),
    Column(_HEADER["checked_on"], "fill_date", 12),
    Column(_HEADER["service"], "fill", 15),
    Column(_HEADER["served_on"], "fill_date", 12),
    Column(_HEADER["why"], "fill_wrap", 16),
    Column(_HEADER["note"], "fill_wrap", 24),
)

_AT = {column.header: at for at, column in enumerate(COLUMNS)}
#: The header's row (0-based): it must stand among the first ten.
_TOP = 2
#: The hidden sheet of the reasons to choose from.
OPTIONS = "选项"
#: So many ranges one validation may name.
_RANGES = 60


def write_warnings(book: Book, county: County, rules: pl.DataFrame) -> int:
    """Write the sheet. Returns the number of warnings."""
    listed = county.frames["listed"]
    sheet = book.sheet("预警清单", "#B3261E", paper=A3)
    sheet.write_string(0, 0, f"{county.name}预警清单", book.format("title"))
    sheet.write_string(
        1,
        0,
        f"截至{county.day}。预警是线索，不是结论。请在右侧黄色各列填写核查情况，有下拉选项；预警编号不要改动。"
        "可以排序、筛选、删行；填好后整个文件交回即可。",
        book.format("plain"),
    )
    count = book.table(sheet, _TOP, COLUMNS, _rows(listed, county).iter_rows())
    sheet.freeze_panes(_TOP + 1, 6)
    if count:
        _validate(book, sheet, listed, rules, county)
    return count


def _rows(listed: pl.DataFrame, county: County) -> pl.DataFrame:
    answered = pl.col("status") != "open"
    return listed.select(
        "list",
        "level",
        pl.when("is_new").then(pl.lit("新")).alias("is_new"),
        pl.col("status").replace_strict(STATUSES, default=None, return_dtype=pl.String),
        "title",
        "who",
        "id_numbers",
        pl.coalesce("township", "township_code"),
        "village_code",
        "household_no",
        "contact",
        "reason",
        "since",
        "opened_on",
        "due_on",
        (pl.col("due_on") - pl.lit(county.day)).dt.total_days().alias("days_left"),
        "evidence",
        "office",
        "warning_id",
        # What came back before stands there again, so that a service can be added in the same row.
        pl.when(answered).then("outcome").alias("outcome"),
        pl.when(answered).then("checked_on").alias("checked_on"),
        pl.when(answered).then("service").alias("service"),
        pl.when(answered).then("served_on").alias("served_on"),
        pl.lit(None, pl.String).alias("why"),
        pl.lit(None, pl.String).alias("note"),
    )


def _validate(book: Book, sheet: Worksheet, listed: pl.DataFrame, rules: pl.DataFrame, county: County) -> None:
    first, last = _TOP + 1, _TOP + listed.height
    for name in ("outcome", "service"):
        sheet.data_validation(
            first, _AT[_HEADER[name]], last, _AT[_HEADER[name]],
            {
                "validate": "list",
                "source": [value for value, *_ in FEEDBACK.column(name).values],
                "error_title": _HEADER[name],
                "error_message": "请从下拉列表中选择。",
            },
        )  # fmt: skip
    for name in ("checked_on", "served_on"):
        sheet.data_validation(
            first, _AT[_HEADER[name]], last, _AT[_HEADER[name]],
            {
                "validate": "date",
                "criteria": "between",
                "minimum": listed["opened_on"].min(),
                "maximum": county.day + timedelta(days=730),
                "error_title": _HEADER[name],
                "error_message": "请填写日期，例如 2025-06-04。",
            },
        )  # fmt: skip
    _validate_reasons(book, sheet, listed, rules)


def _validate_reasons(book: Book, sheet: Worksheet, listed: pl.DataFrame, rules: pl.DataFrame) -> None:
    """Offer for each row the reasons that fit its rule; another one may be typed."""
    cell = _letter(_AT[_HEADER["why"]])
    for column, (offered, rows) in enumerate(_offered(listed, rules)):
        letter = _letter(column)
        ranges = _ranges(rows)
        for start in range(0, len(ranges), _RANGES):
            some = ranges[start : start + _RANGES]
            top, bottom = some[0]
            sheet.data_validation(
                top, _AT[_HEADER["why"]], bottom, _AT[_HEADER["why"]],
                {
                    "validate": "list",
                    "source": f"={OPTIONS}!${letter}$1:${letter}${len(offered)}",
                    "error_type": "information",
                    "error_title": _HEADER["why"],
                    "error_message": "这不在常见原因之内；确实如此可以保留。",
                    "multi_range": " ".join(f"{cell}{a + 1}:{cell}{b + 1}" for a, b in some),
                },
            )  # fmt: skip


def write_options(book: Book, county: County, rules: pl.DataFrame) -> None:
    """Write the hidden sheet with the reasons to choose from: a drop-down holds no more than 255 characters itself."""
    options = book.book.add_worksheet(OPTIONS)
    options.hide()
    for column, (offered, _) in enumerate(_offered(county.frames["listed"], rules)):
        for place, text in enumerate(offered):
            options.write_string(place, column, text)


def _offered(listed: pl.DataFrame, rules: pl.DataFrame) -> list[tuple[tuple[str, ...], list[int]]]:
    """The lists of reasons that occur, and the rows of the sheet (0-based) each is for."""
    known = {rule: (family, name) for rule, family, name in rules.select("rule", "family", "list").iter_rows()}
    rows_of: dict[tuple[str, ...], list[int]] = {}
    for row, rule in enumerate(listed["rule"], start=_TOP + 1):
        rows_of.setdefault(reasons(rule, *known[rule]), []).append(row)
    return sorted(rows_of.items())


def _ranges(rows: list[int]) -> list[tuple[int, int]]:
    """Rising rows as runs: (first, last)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _letter(column: int) -> str:
    return chr(ord("A") + column)
