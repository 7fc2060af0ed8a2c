"""The sheet 预警清单: every warning that is followed up, and beside it the columns that come back as feedback.

All three lists stand in this one sheet. Of a returned workbook the first sheet with the feedback header is read, and
no other: what somebody fills in must not be lost, so there is one place to fill in. The lists follow one another, 帮扶
first, and the filter of the column 清单 shows each by itself.
"""

from __future__ import annotations

import polars as pl
from xlsxwriter.worksheet import Worksheet

from pipelines.feeds import FEEDBACK
from pipelines.publishing.extracts import County
from pipelines.publishing.reasons import reasons
from pipelines.publishing.sheets import Book, Column
from pipelines.publishing.words import STATUSES

_HEADER = {column.name: column.chinese for column in FEEDBACK.columns}

COLUMNS = (
    Column(_HEADER["warning_id"], "text", 17),
    Column("清单", "list", 9),
    Column("级别", "level", 7),
    Column("新增", "centre", 6),
    Column("进展", "centre", 9),
    Column("预警事项", "wrap", 14),
    Column("姓名", "wrap", 10),
    Column("证件号码", "wrap", 21),
    Column("乡镇", "wrap", 11),
    Column("村代码", "text", 14.5),
    Column("户编号", "wrap", 14),
    Column("帮扶联系人", "wrap", 9),
    Column("预警事由", "wrap", 50),
    Column("失业起始", "date", 11.5),
    Column("预警日期", "date", 11.5),
    Column("办理期限", "date", 11.5),
    Column("剩余天数", "count", 7),
    Column("上次反馈", "wrap", 16),
    Column("依据（数据来源）", "wrap", 38),
    Column("跟进单位", "wrap", 13),
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
#: So many characters of what was written down are shown again.
_WRITTEN = 60
#: The hidden sheet of the reasons to choose from.
OPTIONS = "选项"
#: The columns up to this one are printed: beside them, A4 would leave nothing to read. Slips are for the visit.
_PRINTED = _AT["剩余天数"]


def write_warnings(book: Book, county: County, rules: pl.DataFrame) -> int:
    """Write the sheet. Returns the number of warnings."""
    listed = county.frames["listed"]
    sheet = book.sheet("预警清单", "#B3261E")
    book.title(sheet, 0, f"{county.name}预警清单")
    sheet.write_string(
        1,
        0,
        f"截至{county.day}。预警是线索，不是结论。请在右侧黄色各列填写核查情况，有下拉选项；预警编号不要改动。"
        "可以排序、筛选、删行；填好后整个文件交回即可。打印到“剩余天数”列为止。",
        book.format("plain"),
    )
    count = book.table(sheet, _TOP, COLUMNS, _rows(listed, county))
    sheet.freeze_panes(_TOP + 1, _AT["证件号码"])
    sheet.print_area(0, 0, _TOP + max(count, 1), _PRINTED)
    if count:
        _validate(sheet, listed, rules, county)
    return count


def _rows(listed: pl.DataFrame, county: County) -> pl.DataFrame:
    done = pl.format("{}，{}服务", "service", pl.col("served_on").dt.to_string())
    answer = pl.format("{}，{}核查", "outcome", pl.col("checked_on").dt.to_string())
    return listed.select(
        "warning_id",
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
        # What came back before is said beside, never filled in again: an old workbook that is handed back untouched
        # would else take back what was corrected since.
        pl.concat_str(answer, done, _short("原因", "why"), _short("说明", "note"), separator="；", ignore_nulls=True)
        .replace("", None)
        .alias("answered"),
        "evidence",
        "office",
        *(pl.lit(None, pl.String).alias(name) for name in FEEDBACK.filled_by),
    )


def _short(word: str, column: str) -> pl.Expr:
    """What was written down, after a word: its beginning where it is long."""
    text = pl.col(column)
    more = pl.when(text.str.len_chars() > _WRITTEN).then(pl.lit("…")).otherwise(pl.lit(""))
    return pl.concat_str(pl.lit(f"{word}："), text.str.head(_WRITTEN), more)


def _validate(sheet: Worksheet, listed: pl.DataFrame, rules: pl.DataFrame, county: County) -> None:
    first, last = _TOP + 1, _TOP + listed.height

    def offer(name: str, choice: dict) -> None:
        at = _AT[_HEADER[name]]
        sheet.data_validation(first, at, last, at, {"error_title": _HEADER[name], **choice})

    for name in ("outcome", "service"):
        values = [value for value, *_ in FEEDBACK.column(name).values]
        offer(name, {"validate": "list", "source": values, "error_message": "请从下拉列表中选择。"})
    for name in ("checked_on", "served_on"):
        offer(
            name,
            {
                "validate": "date",
                "criteria": "between",
                # Checked before the warning was there, it would not count as an answer to it.
                "minimum": f"=${_letter(_AT['预警日期'])}{first + 1}",
                "maximum": f"=DATE({county.day.year + 2},12,31)",
                "error_type": "warning",
                "error_message": "请填写日期，例如 2025-06-04，不早于预警日期。",
            },
        )
    # The row is found by its rule, for a validation stays where it is when rows are sorted.
    known = listed["rule"].n_unique()
    row = f"MATCH(${_letter(_AT['预警事项'])}{first + 1},{OPTIONS}!$A$1:$A${known},0)"
    offer(
        "why",
        {
            "validate": "list",
            "source": f"=OFFSET({OPTIONS}!$C$1,{row}-1,0,1,INDEX({OPTIONS}!$B$1:$B${known},{row}))",
            "error_type": "information",
            "error_message": "这不在常见原因之内；确实如此可以保留。",
        },
    )


def write_options(book: Book, county: County, rules: pl.DataFrame) -> None:
    """Write the hidden sheet of the reasons to choose from, a row a rule: its title, how many, and each of them.

    A drop-down holds no more than 255 characters itself.
    """
    options = book.book.add_worksheet(OPTIONS)
    options.hide()
    found = rules.filter(pl.col("rule").is_in(county.frames["listed"]["rule"].unique().to_list())).sort("rule")
    for row, rule in enumerate(found.iter_rows(named=True)):
        offered = reasons(rule["rule"], rule["family"], rule["list"])
        options.write_string(row, 0, rule["title"])
        options.write_number(row, 1, len(offered))
        for at, text in enumerate(offered, start=2):
            options.write_string(row, at, text)


def _letter(column: int) -> str:
    return chr(ord("A") + column)
