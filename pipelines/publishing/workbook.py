"""A county's workbook: what is to be done, by whom, by when, and where to write down what was found."""

from __future__ import annotations

import io
from datetime import date

import polars as pl

from pipelines.publishing.extracts import County, Extracts, gather
from pipelines.publishing.guide import write_guide
from pipelines.publishing.sheets import A3, Book, Column
from pipelines.publishing.slips import write_slips
from pipelines.publishing.warnings_sheet import write_options, write_warnings
from pipelines.publishing.words import CAUSES, STATES
from pipelines.settings import Settings
from pipelines.staging.identities import Identities
from pipelines.warehouse.engine import Engine

SEEKERS = (
    Column("乡镇", "text", 13),
    Column("村代码", "text", 15),
    Column("户编号", "text", 16),
    Column("姓名", "text", 10),
    Column("证件号码", "text", 21),
    Column("年龄", "count", 6),
    Column("重点对象", "centre", 9),
    Column("目前状态", "centre", 9),
    Column("最后工作日", "date", 12),
    Column("怎样失去工作", "text", 16),
    Column("劳动技能", "text", 16),
    Column("技能工种", "wrap", 14),
    Column("意向工种", "wrap", 14),
    Column("意向就业地点", "wrap", 14),
    Column("帮扶联系人", "text", 11),
)

SCALE = (
    Column("乡镇", "text", 16),
    Column("劳动力人数", "count", 11),
    Column("就业规模", "count", 10),
    Column("就业率", "share", 9),
    Column("比上月末", "count", 10),
    Column("比年初", "count", 10),
    Column("其中公益性岗位", "count", 11),
    Column("岗位上弱劳动力占比", "share", 13),
    Column("就业待核实", "count", 10),
    Column("疑似失业", "count", 10),
    Column("失业", "count", 9),
    Column("未就业", "count", 9),
    Column("单位参保人数", "count", 11),
    Column("参保占劳动力", "share", 11),
)


class Workbooks:
    """The plain workbooks of all counties, each built when it is asked for."""

    def __init__(self, extracts: Extracts) -> None:
        self._extracts = extracts

    def workbook(self, county: str) -> tuple[bytes, dict[str, int]]:
        """One county's plain workbook, and the number of rows of its sheets."""
        return build(self._extracts, county)


def prepare(engine: Engine, settings: Settings, day: date, identities: Identities) -> Workbooks:
    """Work out what every county's workbook says on `day`; `derive_warnings` has been made in the engine."""
    return Workbooks(gather(engine, settings, day, identities))


def counties(engine: Engine) -> list[str]:
    """The counties that get a workbook, by code, once they are prepared."""
    return [
        county for (county,) in engine.rows("extract_counties", "SELECT county_code FROM extract_counties ORDER BY 1")
    ]


def build(extracts: Extracts, code: str) -> tuple[bytes, dict[str, int]]:
    """The plain workbook of one county, and the number of rows of its sheets. The same content is the same bytes."""
    county = extracts.county(code)
    book = Book(f"{county.name}就业帮扶预警清单 {county.day}")
    counts = {"说明": write_guide(book, county, extracts.clauses, extracts.rules)}
    counts["预警清单"] = write_warnings(book, county, extracts.rules)
    counts["入户核查单"] = write_slips(book, county)
    counts["就业需求清单"] = _write_seekers(book, county)
    counts["指标"] = _write_scale(book, county, extracts)
    write_options(book, county, extracts.rules)
    return book.close(), counts


def encrypt(plain: bytes, password: str) -> bytes:
    """A workbook that opens only with the password. Its bytes differ each time; what it says does not."""
    from msoffcrypto.format.ooxml import OOXMLFile

    encrypted = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(password, encrypted)
    return encrypted.getvalue()


def _write_seekers(book: Book, county: County) -> int:
    sheet = book.sheet("就业需求清单", "#5B8C5A", paper=A3)
    sheet.write_string(0, 0, "就业需求清单", book.format("title"))
    sheet.write_string(
        1,
        0,
        f"截至{county.day}，有就业意愿而没有工作的在册人员。供职业介绍、技能培训和岗位对接使用。",
        book.format("plain"),
    )
    rows = county.frames["seekers"].select(
        pl.coalesce("township", "township_code"),
        "village_code",
        "household_no",
        "name",
        "id_number",
        "age",
        pl.when("is_priority").then(pl.lit("是")),
        pl.col("state").replace_strict(STATES, default=None, return_dtype=pl.String),
        pl.col("since").dt.offset_by("-1d"),
        pl.col("cause").replace_strict(CAUSES, default=None, return_dtype=pl.String),
        "labour",
        "skill",
        "wanted_trade",
        "wanted_place",
        "contact",
    )
    return book.table(sheet, 2, SEEKERS, rows.iter_rows())


def _write_scale(book: Book, county: County, extracts: Extracts) -> int:
    sheet = book.sheet("指标", "#7A6FA6")
    dates = extracts.dates
    month, year = dates.get("month"), dates.get("year")
    notes = [
        f"截至{county.day}。就业规模＝在单位、灵活就业等就业人员与公益性岗位在岗人员之和；就业率＝就业规模÷劳动力人数（不含死亡和非劳动力）。",
        f"“比上月末”对照{month}的运行结果。" if month else "没有上月及以前的运行结果，“比上月末”不填。",
        f"“比年初”对照本年第一次运行（{year}）的结果。" if year else "本年没有更早的运行结果，“比年初”不填。",
    ]
    sheet.write_string(0, 0, "就业规模和就业率（分乡镇）", book.format("title"))
    sheet.write_string(1, 0, "".join(notes), book.format("plain"))
    scale = county.frames["scale"]
    total = (
        scale.group_by("compared")
        .agg(
            pl.col("labour_force", "employed", "on_post", "weak_on_post", "unverified").sum(),
            pl.col("suspected", "unemployed", "never_employed", "insured").sum(),
        )
        .with_columns(pl.lit("全县合计").alias("township"), pl.lit("~").alias("township_code"))
    )
    scale = pl.concat([scale, total], how="diagonal").with_columns(
        pl.coalesce("township", "township_code", pl.lit("—"))
    )
    then = {
        label: scale.filter(compared=label).select("township_code", pl.col("employed").alias(label))
        for label in ("month", "year")
    }
    rows = scale.filter(compared="now")
    for earlier in then.values():
        rows = rows.join(earlier, on="township_code", how="left", nulls_equal=True)
    table = rows.sort("township_code", nulls_last=True).select(
        "township",
        "labour_force",
        "employed",
        _share("employed", "labour_force"),
        pl.when(month is not None).then(pl.col("employed") - pl.col("month").fill_null(0)).alias("than month"),
        pl.when(year is not None).then(pl.col("employed") - pl.col("year").fill_null(0)).alias("than year"),
        "on_post",
        _share("weak_on_post", "on_post"),
        "unverified",
        "suspected",
        "unemployed",
        "never_employed",
        "insured",
        _share("insured", "labour_force"),
    )
    return book.table(sheet, 2, SCALE, table.iter_rows())


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole)).alias(f"{part} share")
