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
from pipelines.publishing.indicators_sheet import write_indicators
from pipelines.publishing.policy_sheets import write_areas, write_hard_to_employ
from pipelines.publishing.sheets import Book, Column
from pipelines.publishing.slips import write_slips
from pipelines.publishing.unused_sheet import NAME as UNUSED
from pipelines.publishing.unused_sheet import write_unused
from pipelines.publishing.warnings_sheet import write_options, write_warnings
from pipelines.publishing.words import CAUSES, PROVINCES, STATES
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
    counts["指标"] = write_indicators(book, county, extracts.dates)
    counts["就业困难人员"] = write_hard_to_employ(book, county)
    counts["考核和重点区域"] = write_areas(book, county)
    if unused := write_unused(book, county):
        counts[UNUSED] = unused
    write_options(book, county, extracts.rules)
    return book.close(), counts


def encrypt(plain: bytes, password: str, rounds: int) -> bytes:
    """A workbook that opens only with the password, hashed so often for its key.

    Its bytes differ each time; what it says does not.
    """
    from msoffcrypto.method.ecma376_agile import ECMA376Agile

    return ECMA376Agile.encrypt(password, io.BytesIO(plain), spin_count=rounds)


def _write_seekers(book: Book, county: County) -> int:
    sheet = book.sheet("就业需求清单", "#5B8C5A")
    book.title(sheet, 0, "就业需求清单")
    sheet.write_string(
        1,
        0,
        f"截至{county.day}，有就业意愿、没有查到在工作的记录的在册人员。供职业介绍、技能培训和岗位对接使用。",
        book.format("plain"),
    )
    province = pl.col("work_region").str.head(2).replace_strict(PROVINCES, default=None, return_dtype=pl.String)
    # A region's code says nothing to who reads it: places of the province by name, others by their province.
    place = pl.coalesce("work_county", province, "work_region")
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
        pl.concat_str("channel", "employer", place, separator="，", ignore_nulls=True)
        .replace("", None)
        .alias("last_work"),
        "labour",
        "skill",
        "wanted_trade",
        "wanted_place",
        "contact",
    )
    return book.table(sheet, 2, SEEKERS, rows)
