"""The sheet 交回未用: rows of workbooks that came back and are not used as they were meant, so that they can be mended.

It stands in the next workbook, for that is all an officer sees, and only where there is something to say.
"""

from __future__ import annotations

import polars as pl

from pipelines.feeds import FEEDBACK
from pipelines.landing.header import SECOND
from pipelines.landing.table import ELSEWHERE, MERGED
from pipelines.publishing.extracts import County
from pipelines.publishing.sheets import Book, Column
from pipelines.returns.rejected import REASONS

NAME = "交回未用"
COLUMNS = (
    Column("交回日期", "date", 12),
    Column("当日第几个文件", "count", 9),
    Column("行号", "count", 8),
    Column("预警编号", "text", 17.5),
    Column("预警事项", "wrap", 15),
    Column("姓名", "wrap", 14),
    Column("有误的列", "wrap", 15),
    Column("填写的内容", "wrap", 24),
    Column("怎么了、怎样更正", "wrap", 70),
)

#: What is to be typed into a column, where something else was.
_TYPED = {
    column.name: f"填“{'”“'.join(value for value, *_ in column.values)}”之一"
    for column in FEEDBACK.columns
    if column.values
} | {column.name: "写成2025-06-04的样子" for column in FEEDBACK.columns if column.type == "date"}
_UNREAD = {reason: f"{words}。这一行没有读取，请重新填写" for reason, words in REASONS.items()}
_UNUSED = {
    "unknown_warning": "没有这个预警编号：可能填错，或更正数据后已没有。没有计入，请在“预警清单”中找到该条重新填写。",
    "checked_before_opened": "核查日期早于预警日期，不能算对这条预警的核查。没有计入，请核对日期后重新填写。",
    "checked_after_delivery": "核查日期晚于交回日期。仍按所填日期计入，此后填写的较早日期不会替换它：要更正核查结果，"
    "请用同一核查日期重新填写，在说明中写明实际日期。",
    "overtaken": "核查日期早于已计入的核查结果：同一预警以核查日期最晚的为准，这一行没有计入。要更正或补充的，请用"
    "不早于原来的核查日期重新填写。",
    "answered_twice": "同一天交回的反馈对同一预警填了两种结果，已按后面的一行（文件）计入。请核对；有误的请按正确结果"
    "重新填写。",
    "service_incomplete": "措施和服务日期只填了一项，仍按“属实待办”计入。请连同核查结果、核查日期一起补齐。",
    "service_dropped": "同一核查日期更早交回时填过措施和服务日期，现按这一次计入，没有措施。漏填的，请连同核查结果、"
    "核查日期一起补齐。",
    "denied_and_served": "核查结果为不属实，却填了措施或服务日期。已按不属实计入，措施没有计入；"
    "已经帮扶或处置的，请按属实重新填写。",
    "served_after_delivery": "服务日期晚于交回日期，到该日才计为已办理。请核对；有误的请按正确日期重新填写。",
    "served_before_loss": "服务日期早于失业起始日，仍计为已办理。请核对；有误的请按正确日期重新填写。",
    "taken_back": "与更早一次交回的相同，而其间已改填过别的，现按这一次计入。误交了旧文件的，请按改填的重新填写。",
    "misplaced": "这一行的姓名不是这条预警的人：可能是只对部分列排了序。已按预警编号计入，请核对；有误的请重新填写。",
    "opened_again": "交回的是同一事项已经结束的旧编号；这一条是新的预警，还没有核查结果。请在这一条中重新填写。",
    "lost_again": "数据现在显示的失业起始（见左）在这次核查之后：可能又失去工作，也可能是同一次失业的记录后来才到。"
    "这条预警仍按原来的不属实处理、没有列出。请重新核实，用新的核查日期另行填写。",
    "lost_after_service": "数据现在显示的失业起始（见左）在这次核查之后：可能又失去工作，也可能是同一次失业的记录后来"
    "才到。这条预警仍按原来的帮扶计为已办理。请重新核实，用新的核查日期和服务日期另行填写。",
    "held": "所在文件有误的行太多，整份暂缓使用，这一行也没有计入。请重新填写。",
    MERGED: "有合并单元格：只读取了其中的第一行，其余各行按没有填写处理。请取消合并、逐行填写。",
    ELSEWHERE: "其他工作表中也填了反馈，没有读取：只读取第一张有表头的工作表。请填到“预警清单”中。",
    SECOND: "同名的列有两列，只读取了左边的一列。请把结果填在原来的列中。",
}


def write_unused(book: Book, county: County) -> int:
    """Write the sheet, where there is anything to say. Returns the number of rows."""
    unused = county.frames["unused_answers"]
    if unused.is_empty():
        return 0
    sheet = book.sheet(NAME, "#B3261E")
    book.title(sheet, 0, "交回后没有用上的行")
    sheet.write_string(
        1,
        0,
        f"截至{county.day}，近30天交回的反馈。请在“预警清单”的同一条预警中重新填写后交回；清单中已没有这一条的，在清单最后"
        "另起一行，填预警编号和黄色各列。本表不必填写，更正后不再列出（预警编号填错的，三十天后不再列出）。",
        book.format("plain"),
    )
    known = county.frames["listed"].select("warning_id", "who")
    unused = unused.join(known, on="warning_id", how="left", maintain_order="left")
    hint = pl.col("faulty_column").replace_strict(_TYPED, default=None, return_dtype=pl.String)
    unread = pl.col("reason").replace_strict(_UNREAD, default=None, return_dtype=pl.String)
    rows = unused.sort("delivered_on", "file", "row_number", descending=[True, False, False]).select(
        "delivered_on",
        "file",
        "row_number",
        *("warning_id", "title"),
        pl.coalesce("who", "name", pl.format("户编号{}", "household_no")),
        pl.col("faulty_column").replace_strict(
            {column.name: column.chinese for column in FEEDBACK.columns}, default=None, return_dtype=pl.String
        ),
        "cell",
        pl.coalesce(
            pl.col("reason").replace_strict(_UNUSED, default=None, return_dtype=pl.String),
            pl.format("{}：{}。", unread, hint),
            pl.format("{}。", unread),
        ),
    )
    return book.table(sheet, 2, COLUMNS, rows)
