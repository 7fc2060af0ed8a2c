"""The sheet 指标: how many work and where, the posts, how late ledgers are, how soon help comes. Numbers, no names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from xlsxwriter.worksheet import Worksheet

from pipelines.publishing.extracts import County
from pipelines.publishing.sheets import Book, Column
from pipelines.publishing.words import PROVINCES

SCALE = (
    Column("乡镇", "text", 18),
    Column("劳动力人数", "count", 11),
    Column("就业规模", "count", 10),
    Column("比上月末", "count", 10),
    Column("比年初", "count", 10),
    Column("就业率", "share", 9),
    Column("就业率比上月末", "points", 10),
    Column("就业率比年初", "points", 10),
    Column("其中公益性岗位", "count", 11),
    Column("岗位上弱劳动力占比", "share", 12),
    Column("就业待核实", "count", 10),
    Column("疑似失业", "count", 9),
    Column("失业", "count", 9),
    Column("未查到就业", "count", 12),
    Column("单位参保人数", "count", 10),
    Column("参保占劳动力", "share", 10),
)

HOLDERS = (
    Column("对照", "text", 18),
    Column("运行日期", "date", 11),
    Column("当日在岗人数", "count", 10),
    Column("其中弱劳动力", "count", 10),
    Column("弱劳动力占比", "share", 10),
    Column("意外险有效", "count", 9),
    Column("意外险有效占比", "share", 10),
    Column("至今已退岗", "count", 10),
    Column("其中又就业", "count", 11),
    Column("其中未查到就业", "count", 15),
)
_HOLDERS_NOTE = (
    "按台账计，含不在本县名册或不算劳动力的在岗人员，所以可能多于上表。"
    "至今已退岗：当日在岗、本次已不在岗的人，以及他们现在的就业状态。"
)
_COMPARED = {"now": "本次", "month": "上月末", "year": "年初"}

PLACES = (Column("务工地", "text", 18), Column("人数", "count", 11), Column("占就业规模", "share", 10))
_PLACES_NOTE = "就业规模中的人，按最近更新的务工信息；一人只计一次。"
#: Places of work that are no other province, in their order.
_NEAR = {
    "post": "公益性岗位",
    "county": "本县",
    "prefecture": "本市其他县区",
    "province": "省内其他市",
    "insured": "只有单位参保记录",
}

LAGS = (
    Column("开发主管部门", "text", 18),
    Column("上岗登记", "count", 11),
    Column("时滞中位天数", "number", 10),
    Column("最长天数", "number", 10),
    Column("退岗登记", "count", 10),
    Column("时滞中位天数", "number", 9),
    Column("最长天数", "number", 10),
)
_LAGS_NOTE = "近365天台账新登记的上岗、退岗，从发生之日到首次报送的天数，提前登记的按0天；各部门第一次报送的台账不计。"

SERVICE = (
    Column("就业转失业", "text", 18),
    Column("已帮扶", "count", 11),
    Column("中位天数", "number", 10),
    Column("属实待帮扶", "count", 10),
)
_SERVICE_NOTE = "反馈属实的“就业转失业”，近365天内已帮扶的，从失业之日到服务日期的天数。"


def write_indicators(book: Book, county: County, dates: dict[str, date]) -> int:
    """Write the sheet; `dates`: the run dates compared, `now` and, where there were any, `month` and `year`.

    Returns the number of rows of the first table.
    """
    sheet = book.sheet("指标", "#7A6FA6")
    month, year = dates.get("month"), dates.get("year")
    book.title(sheet, 0, "就业规模和就业率（分乡镇）")
    notes = [
        f"截至{county.day}。就业规模＝在单位、灵活就业等就业人员与公益性岗位在岗人员之和；"
        "就业率＝就业规模÷劳动力人数（不含死亡和非劳动力）。",
        (f"“比上月末”对照{month}的运行结果。" if month else "上月没有运行，“比上月末”不填。")
        + (f"“比年初”对照本年第一次运行（{year}）的结果。" if year else "本年没有更早的运行结果，“比年初”不填。"),
    ]
    for row, note in enumerate(notes, start=1):
        sheet.write_string(row, 0, note, book.format("plain"))
    count = book.table(sheet, 3, SCALE, _scale(county, month, year), repeat=False)
    # Below the filtered rows, with room between: what filters and sorts the one leaves the other alone.
    row = 3 + max(count, 1) + 3
    sheet.set_h_pagebreaks([row])
    below = (
        ("公益性岗位", _HOLDERS_NOTE, HOLDERS, _holders(county, dates)),
        ("就业人员务工地", _PLACES_NOTE, PLACES, _places(county)),
        ("台账登记时滞", _LAGS_NOTE, LAGS, _lags(county)),
        ("失业到帮扶", _SERVICE_NOTE, SERVICE, _service(county)),
    )
    for title, note, columns, rows in below:
        row = _below(book, sheet, row, title, note, columns, rows)
    return count


def _below(
    book: Book, sheet: Worksheet, row: int, title: str, note: str, columns: Sequence[Column], rows: pl.DataFrame
) -> int:
    """Write a smaller table with its title and note at `row`. Returns the row where the next one may begin."""
    sheet.write_string(row, 0, title, book.format("heading"))
    sheet.write_string(row + 1, 0, note, book.format("plain"))
    if rows.is_empty():
        sheet.write_string(row + 2, 0, "目前没有可以计算的记录。", book.format("plain"))
        return row + 4
    return row + 2 + book.block(sheet, row + 2, columns, rows) + 2


def _scale(county: County, month: date | None, year: date | None) -> pl.DataFrame:
    scale = county.frames["scale"]
    total = (
        scale.group_by("compared")
        .agg(
            pl.col("workforce", "at_work", "on_post", "weak_on_post", "unverified").sum(),
            pl.col("suspected", "unemployed", "never_employed", "insured").sum(),
        )
        .with_columns(pl.lit("全县合计").alias("township"), pl.lit("~").alias("township_code"))
    )
    scale = pl.concat([scale, total], how="diagonal").with_columns(
        pl.coalesce("township", "township_code", pl.lit("—")), _share("at_work", "workforce").alias("rate")
    )
    rows = scale.filter(compared="now")
    for label in ("month", "year"):
        then = scale.filter(compared=label).select(
            "township_code", pl.col("at_work").alias(label), pl.col("rate").alias(f"rate {label}")
        )
        rows = rows.join(then, on="township_code", how="left", nulls_equal=True)

    def more(label: str, when: date | None) -> pl.Expr:
        return pl.when(when is not None).then(pl.col("at_work") - pl.col(label).fill_null(0)).alias(f"than {label}")

    return rows.sort("township_code", nulls_last=True).select(
        "township",
        "workforce",
        "at_work",
        more("month", month),
        more("year", year),
        "rate",
        (pl.col("rate") - pl.col("rate month")).alias("rate than month"),
        (pl.col("rate") - pl.col("rate year")).alias("rate than year"),
        "on_post",
        _share("weak_on_post", "on_post"),
        "unverified",
        "suspected",
        "unemployed",
        "never_employed",
        "insured",
        _share("insured", "workforce"),
    )


def _holders(county: County, dates: dict[str, date]) -> pl.DataFrame:
    """Who held a post on each date compared, by the order of the dates, and what became of those who left since."""
    compared = pl.DataFrame(
        [(label, when, _COMPARED[label]) for label, when in sorted(dates.items(), key=lambda d: d[1])],
        schema={"compared": pl.String, "run_date": pl.Date, "label": pl.String},
        orient="row",
    )
    counts = pl.col("holders", "weak", "insured", "off_post", "employed_again", "without_work")
    found = compared.join(county.frames["holders"], on="compared", how="left", maintain_order="left")
    since = pl.col("compared") != "now"
    return found.with_columns(counts.fill_null(0)).select(
        "label",
        "run_date",
        "holders",
        "weak",
        _share("weak", "holders"),
        "insured",
        _share("insured", "holders"),
        *(pl.when(since).then(name).alias(name) for name in ("off_post", "employed_again", "without_work")),
    )


def _places(county: County) -> pl.DataFrame:
    order = list(_NEAR)[:-1]
    places = county.frames["places_of_work"].with_columns(
        pl.col("place").replace_strict(_NEAR | PROVINCES, default="其他", return_dtype=pl.String).alias("name"),
        pl.col("place")
        .replace_strict({name: at for at, name in enumerate(order)} | {"insured": 99}, default=50, return_dtype=pl.Int8)
        .alias("order"),
    )
    return (
        places.group_by("order", "name")
        .agg(pl.col("workers").sum())
        .sort("order", -pl.col("workers"), "name")
        .select("name", "workers", (pl.col("workers") / pl.col("workers").sum()).alias("share"))
    )


def _lags(county: County) -> pl.DataFrame:
    lags = county.frames["entry_lag"]
    departments = lags.select("department").unique().sort("department")
    for movement in ("on", "off"):
        moved = lags.filter(movement=movement).select(
            "department",
            pl.col("movements").alias(f"{movement} movements"),
            pl.col("median_days").alias(f"{movement} median"),
            pl.col("most_days").alias(f"{movement} most"),
        )
        departments = departments.join(moved, on="department", how="left", maintain_order="left")
    return departments.with_columns(pl.col("on movements", "off movements").fill_null(0))


def _service(county: County) -> pl.DataFrame:
    return county.frames["loss_to_service"].select(pl.lit("近365天"), "served", "median_days", "waiting")


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole)).alias(f"{part} share")
