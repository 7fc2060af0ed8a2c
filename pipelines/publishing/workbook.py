"""A county's workbook: what is to be done, by whom, by when, and where to write down what was found."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from importlib.metadata import version
from pathlib import Path

import polars as pl

from pipelines.publishing.extracts import County, Extracts, gather
from pipelines.publishing.guide import write_guide
from pipelines.publishing.sheets import Book, Column
from pipelines.publishing.slips import write_slips
from pipelines.publishing.warnings_sheet import write_options, write_warnings
from pipelines.publishing.words import CAUSES, STATES
from pipelines.settings import Settings
from pipelines.staging.identities import Identities
from pipelines.warehouse.engine import Engine

SEEKERS = (
    Column("乡镇", "wrap", 12),
    Column("村代码", "text", 14.5),
    Column("户编号", "wrap", 14),
    Column("姓名", "wrap", 9),
    Column("证件号码", "text", 20.5),
    Column("年龄", "count", 6),
    Column("重点对象", "centre", 6),
    Column("目前状态", "centre", 8),
    Column("最后工作日", "date", 11.5),
    Column("怎样失去工作", "wrap", 14),
    Column("最近一次务工", "wrap", 26),
    Column("劳动技能", "wrap", 18),
    Column("技能工种", "wrap", 12),
    Column("意向工种", "wrap", 12),
    Column("意向就业地点", "wrap", 12),
    Column("帮扶联系人", "wrap", 9),
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


HOLDERS = (
    Column("公益性岗位", "text", 16),
    Column("对照日期", "date", 11),
    Column("当日在岗人数", "count", 10),
    Column("其中弱劳动力", "count", 9),
    Column("弱劳动力占比", "share", 10),
    Column("意外险有效", "count", 10),
    Column("意外险有效占比", "share", 11),
    Column("至今已退岗", "count", 13),
    Column("其中又就业", "count", 10),
    Column("其中未就业", "count", 10),
)
_COMPARED = {"now": "本次", "month": "上月末", "year": "年初"}


class Workbooks:
    """The plain workbooks of all counties, each built when it is asked for."""

    def __init__(self, extracts: Extracts) -> None:
        self._extracts = extracts

    def digest(self, county: str) -> str:
        """A digest of what a county's workbook says and of the code that writes it: without writing it."""
        return hashlib.sha256(f"{_written_by()}|{self._extracts.digest(county)}".encode()).hexdigest()

    def workbook(self, county: str) -> tuple[bytes, dict[str, int]]:
        """One county's plain workbook, and the number of rows of its sheets."""
        return build(self._extracts, county)


def prepare(engine: Engine, settings: Settings, day: date, identities: Identities) -> Workbooks:
    """Work out what every county's workbook says on `day`; `derive_warnings` has been made in the engine."""
    return Workbooks(gather(engine, settings, day, identities))


def _written_by() -> str:
    """A digest of the code of workbooks, and the version of what writes them: with another, all are written anew."""
    total = hashlib.sha256(version("xlsxwriter").encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def counties(engine: Engine) -> list[str]:
    """The counties that get a workbook, by code, once they are prepared."""
    return [
        county for (county,) in engine.rows("extract_counties", "SELECT county_code FROM extract_counties ORDER BY 1")
    ]


def build(extracts: Extracts, code: str) -> tuple[bytes, dict[str, int]]:
    """The plain workbook of one county, and the number of rows of its sheets. The same content is the same bytes."""
    county = extracts.county(code)
    book = Book(f"{county.name}就业帮扶预警清单 {county.day}")
    counts = {"说明": write_guide(book, county, extracts.troubles, extracts.rules)}
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
    sheet = book.sheet("就业需求清单", "#5B8C5A")
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
        pl.concat_str("channel", "employer", pl.format("地点{}", "work_region"), separator="，", ignore_nulls=True)
        .replace("", None)
        .alias("last_work"),
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
        f"“比上月末”对照{month}的运行结果。" if month else "上月没有运行，“比上月末”不填。",
        f"“比年初”对照本年第一次运行（{year}）的结果。" if year else "本年没有更早的运行结果，“比年初”不填。",
    ]
    sheet.write_string(0, 0, "就业规模和就业率（分乡镇）", book.format("title"))
    for row, note in enumerate((notes[0], "".join(notes[1:])), start=1):
        sheet.write_string(row, 0, note, book.format("plain"))
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
        pl.coalesce("township", "township_code", pl.lit("—"))
    )
    then = {
        label: scale.filter(compared=label).select("township_code", pl.col("at_work").alias(label))
        for label in ("month", "year")
    }
    rows = scale.filter(compared="now")
    for earlier in then.values():
        rows = rows.join(earlier, on="township_code", how="left", nulls_equal=True)
    table = rows.sort("township_code", nulls_last=True).select(
        "township",
        "workforce",
        "at_work",
        _share("at_work", "workforce"),
        pl.when(month is not None).then(pl.col("at_work") - pl.col("month").fill_null(0)).alias("than month"),
        pl.when(year is not None).then(pl.col("at_work") - pl.col("year").fill_null(0)).alias("than year"),
        "on_post",
        _share("weak_on_post", "on_post"),
        "unverified",
        "suspected",
        "unemployed",
        "never_employed",
        "insured",
        _share("insured", "workforce"),
    )
    count = book.table(sheet, 3, SCALE, table.iter_rows())
    # Below the filtered rows, with room between: what filters and sorts the one leaves the other alone.
    rows = _holders(county, extracts)
    book.block(sheet, 3 + max(count, 1) + 3, HOLDERS, rows.iter_rows())
    return count


def _holders(county: County, extracts: Extracts) -> pl.DataFrame:
    """Who held a post on each date compared, by the order of the dates, and what became of those who left since."""
    dates = pl.DataFrame(
        [(label, when, _COMPARED[label]) for label, when in sorted(extracts.dates.items(), key=lambda d: d[1])],
        schema={"compared": pl.String, "run_date": pl.Date, "label": pl.String},
        orient="row",
    )
    counts = pl.col("holders", "weak", "insured", "off_post", "employed_again", "without_work")
    found = dates.join(county.frames["holders"], on="compared", how="left", maintain_order="left")
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


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole)).alias(f"{part} share")
