"""Handing answers in, and reading what became of them."""

from __future__ import annotations

import csv
from datetime import date, timedelta

from python_calamine import CalamineWorkbook

from pipelines.exports import EXPORTS, to_csv
from pipelines.feeds import FEEDBACK
from pipelines.main_job import run
from pipelines.staging.accounts import FileAccount
from worlds.county import COUNTY
from worlds.opening import DAY, opened, sheet


def exported(settings, day: date) -> list[dict[str, str]]:
    return list(csv.DictReader(to_csv(EXPORTS["warnings"](settings, day)).splitlines()))


def statuses(settings, day: date) -> dict[str, str]:
    return {row["warning_id"]: row["status"] for row in exported(settings, day)}


def returned(settings, day: date, rows: list[dict[str, str]]) -> list[FileAccount]:
    """Hand answers in as a table and run the day: the accounts of what was staged."""
    landing = settings.landing / "feedback" / day.isoformat()
    landing.mkdir(parents=True)
    with open(landing / "反馈.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in FEEDBACK.columns])
        writer.writeheader()
        writer.writerows(rows)
    return run(settings, day, day, lambda _: None)


def unused(settings, day: date) -> list[tuple[int, str, str]]:
    """Row, column and what was typed, of the rows that the next workbook says were not used."""
    if "交回未用" not in CalamineWorkbook.from_filelike(opened(settings, COUNTY, day)).sheet_names:
        return []
    rows = sheet(settings, COUNTY, "交回未用", day)
    assert all(row[0] == DAY + timedelta(days=1) and row[1] == 1 and row[8].endswith("。") for row in rows[3:])
    return [(int(row[2]), row[6], str(row[7])) for row in rows[3:]]


def told(settings, day: date) -> dict[str, str]:
    """What is said of the warnings that stand in the sheet, by their IDs; "" for what is said of a whole file."""
    if "交回未用" not in CalamineWorkbook.from_filelike(opened(settings, COUNTY, day)).sheet_names:
        return {}
    return {row[3]: row[8] for row in sheet(settings, COUNTY, "交回未用", day)[3:]}
