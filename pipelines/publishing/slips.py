"""The sheet 入户核查单: to print and take along, a page or more for each village, a household's matters together."""

from __future__ import annotations

import polars as pl

from pipelines.publishing.extracts import County
from pipelines.publishing.sheets import Book, Column

COLUMNS = (
    Column("户编号", "wrap", 14),
    Column("姓名", "wrap", 10),
    Column("清单", "list", 7),
    Column("级别", "level", 6),
    Column("事项", "wrap", 13),
    Column("为什么上门、问清什么", "wrap", 54),
    Column("期限", "date", 11),
    Column("帮扶联系人", "wrap", 9),
    Column("核查结果", "wrap", 11),
    Column("情况记录、已做的帮扶", "wrap", 24),
    Column("预警编号", "text", 17.5),
)
#: A sheet can't have more page breaks than this.
_BREAKS = 1000


def write_slips(book: Book, county: County) -> int:
    """Write the sheet. Returns the number of lines to be asked about; what has no village, or is
    the employing unit's to mend, is not on a slip."""
    lines = (
        county.frames["listed"]
        .filter(pl.col("status") == "open", pl.col("list") != "单位整改", pl.col("village_code").is_not_null())
        # Help is spoken of first, whoever of the household it is for; within a list the order is that of 预警清单.
        .sort("township_code", "village_code", "household_no", "list_order", nulls_last=True, maintain_order=True)
    )
    sheet = book.sheet("入户核查单", "#C77F1A")
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
    if lines.is_empty():
        sheet.write_string(0, 0, "没有需要入户核查的事项。", book.format("title"))
        return 0
    texts = lines.select(
        "household_no", "who", "list", "level", "title", "reason", "due_on", "contact",
        pl.lit("□属实\n□不属实").alias("outcome"), pl.lit(None, pl.String).alias("note"), "warning_id",
    )  # fmt: skip
    # A village's lines stand below its title, a note and a header, and above an empty row.
    of_village = pl.struct("township_code", "village_code").rle_id().cast(pl.Int64)
    lines = lines.with_columns((pl.int_range(pl.len()) + 4 * of_village + 3).alias("row"))
    book.rows(sheet, COLUMNS, texts, lines["row"])
    villages = lines.group_by("township_code", "village_code", maintain_order=True).agg(
        pl.col("row").first() - 3, pl.col("township").first(), pl.col("household_no").n_unique(), pl.len()
    )
    for _, village, row, township, households, matters in villages.iter_rows():
        book.title(sheet, row, f"{township or ''} 村代码{village} 入户核查单（{households}户 {matters}项）")
        sheet.write_string(
            row + 1,
            0,
            f"截至{county.day}。预警是线索，不是结论；一次入户把同一户的事项一并问清。涉及发放、台账的，只向本人了解情况，"
            "由写明的部门核对。本单用于打印，结果请填入“预警清单”。核查人：________　核查日期：________",
            book.format("plain"),
        )
        book.header(sheet, row + 2, COLUMNS)
    sheet.set_h_pagebreaks(villages["row"].to_list()[1 : _BREAKS + 1])
    return lines.height
