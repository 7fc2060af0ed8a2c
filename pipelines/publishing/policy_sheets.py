"""The sheets 就业困难人员 and 考核和重点区域 of a county's workbook."""

from __future__ import annotations

import polars as pl

from pipelines.publishing.extracts import County
from pipelines.publishing.sheets import Book, Column
from pipelines.publishing.words import STATES

HARD = (
    Column("乡镇", "wrap", 12),
    Column("村代码", "text", 14.5),
    Column("户编号", "wrap", 14),
    Column("姓名", "wrap", 9),
    Column("证件号码", "text", 20.5),
    Column("年龄", "count", 6),
    Column("目前状态", "centre", 8),
    Column("失业起始日", "date", 11.5),
    Column("符合的条件", "wrap", 40),
    Column("劳动技能", "wrap", 18),
    Column("意向工种", "wrap", 12),
    Column("帮扶联系人", "wrap", 9),
)

AREAS = (
    Column("区域类别", "wrap", 17),
    Column("区域", "wrap", 20),
    Column("劳动力人数", "count", 10),
    Column("就业规模", "count", 10),
    Column("就业率", "share", 9),
    Column("其中公益性岗位", "count", 11),
    Column("没有工作", "count", 9),
    Column("上月末就业规模", "count", 11),
    Column("乡镇就业下降", "wrap", 13),
    Column("基年", "count", 7),
    Column("基年就业规模", "count", 10),
    Column("与基年之比", "share", 10),
    Column("保持基年规模", "centre", 11),
)


def write_hard_to_employ(book: Book, county: County) -> int:
    """Write the sheet 就业困难人员. Returns the number of people."""
    sheet = book.sheet("就业困难人员", "#5B8C5A")
    sheet.write_string(0, 0, "就业困难人员认定线索", book.format("title"))
    sheet.write_string(
        1,
        0,
        f"截至{county.day}，有就业意愿、没有查到在工作的记录并符合所列条件的在册人员。是否认定，以本人申请和人社部门审核为准；"
        "残疾等条件没有数据来源，未作判断。",
        book.format("plain"),
    )
    rows = county.frames["hard_to_employ"].select(
        pl.coalesce("township", "township_code"),
        *("village_code", "household_no", "name", "id_number", "age"),
        pl.col("state").replace_strict(STATES, default=None, return_dtype=pl.String),
        *("since", "criteria", "labour", "wanted_trade", "contact"),
    )
    return book.table(sheet, 2, HARD, rows)


def write_areas(book: Book, county: County) -> int:
    """Write the sheet 考核和重点区域. Returns the number of areas."""
    sheet = book.sheet("考核和重点区域", "#7A6FA6")
    sheet.write_string(0, 0, "就业规模：年度考核、乡镇下降和重点区域", book.format("title"))
    sheet.write_string(
        1,
        0,
        f"截至{county.day}，只统计本县的在册人员。就业规模＝就业人员与公益性岗位在岗人员之和。{_dropped(county)}"
        "没有上月或基年数据的，相应各列不填。",
        book.format("plain"),
    )
    yes, no = pl.lit("是"), pl.lit("否")
    rows = county.frames["areas"].select(
        *("kind", "name", "labour_force", "employed"),
        pl.when(pl.col("labour_force") > 0).then(pl.col("employed") / pl.col("labour_force")).alias("rate"),
        *("on_post", "without_work", "employed_month"),
        pl.when("has_dropped")
        .then(pl.format("下降{}人", pl.col("employed_month") - pl.col("employed")))
        .when(~pl.col("has_dropped"))
        .then(no)
        .alias("drop"),
        *("base_year", "employed_base"),
        pl.when(pl.col("employed_base") > 0).then(pl.col("employed") / pl.col("employed_base")).alias("held share"),
        pl.when("is_held").then(yes).when(~pl.col("is_held")).then(no).alias("is held"),
    )
    return book.table(sheet, 2, AREAS, rows)


def _dropped(county: County) -> str:
    """What counts as a township's drop, in words, where it is judged."""
    judged = county.frames["areas"].drop_nulls("has_dropped")
    if judged.is_empty():
        return ""
    persons, share = judged.row(0, named=True)["drop_persons"], judged.row(0, named=True)["drop_share"]
    return f"乡镇就业下降：比上月末减少{float(persons):g}人以上（含），并且达到{100 * float(share):g}%。"
