"""Opening what was published, as a county officer does."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import msoffcrypto
from python_calamine import CalamineWorkbook

from pipelines.publishing.passwords import password
from pipelines.settings import Settings

#: The dates of the sample that tests of what is published look at.
BEFORE, DAY = date(2025, 6, 2), date(2025, 6, 4)


def folder(settings: Settings, day: date = DAY) -> Path:
    """The published date."""
    return settings.published / day.isoformat()


def opened(settings: Settings, county: str, day: date = DAY) -> io.BytesIO:
    """The workbook of a county, decrypted with its password."""
    with open(folder(settings, day) / "extracts" / f"{county}.xlsx", "rb") as file:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=password(settings, county), verify_password=True)
        plain = io.BytesIO()
        office.decrypt(plain)
    plain.seek(0)
    return plain


def sheet(settings: Settings, county: str, name: str, day: date = DAY) -> list[list]:
    return CalamineWorkbook.from_filelike(opened(settings, county, day)).get_sheet_by_name(name).to_python()


def listed(settings: Settings, county: str, day: date = DAY) -> list[dict]:
    """The rows of 预警清单 by header."""
    rows = sheet(settings, county, "预警清单", day)
    [top] = [number for number, row in enumerate(rows) if "预警编号" in row]
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :] if row[rows[top].index("预警编号")]]


def counties(settings: Settings, day: date = DAY) -> list[str]:
    return sorted(path.stem for path in (folder(settings, day) / "extracts").iterdir())
