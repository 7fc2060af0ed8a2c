"""The counties' workbooks: only the county's people, nothing but constants, and what is filled in comes back."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import msoffcrypto
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from worlds.opening import BEFORE, DAY, counties, folder, listed, opened, sheet

from pipelines.exports import EXPORTS, to_csv
from pipelines.feeds import FEEDBACK
from pipelines.landing.header import find_header
from pipelines.main_job import run
from pipelines.publishing.passwords import password
from pipelines.publishing.policy import derive_policy
from pipelines.publishing.publish import publish
from pipelines.publishing.reasons import reasons
from pipelines.publishing.sheets import Book, Column, lines_of, row_height
from pipelines.publishing.words import LEVELS, LIST_COLOURS
from pipelines.publishing.workbook import prepare
from pipelines.reference import read_reference
from pipelines.settings import CHECKOUT, Settings
from pipelines.staging.accounts import FileAccount, accounts
from pipelines.staging.identities import Identities
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings

from .conftest import next_day

COUNTY = "340422"
SHEETS = ["说明", "预警清单", "入户核查单", "就业需求清单", "指标", "就业困难人员", "考核和重点区域", "选项"]


def exported(settings: Settings, table: str, day: date = DAY) -> list[dict[str, str]]:
    return list(csv.DictReader(to_csv(EXPORTS[table](settings, day)).splitlines()))


def texts(plain: io.BytesIO) -> str:
    """Everything written anywhere in a workbook."""
    with zipfile.ZipFile(plain) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())


def test_each_county_with_people_or_warnings_has_a_workbook(published) -> None:
    warned = {row["county_code"] for row in exported(published, "warnings")}
    assert set(counties(published)) >= warned
    assert counties(published) == ["340102", "340422", "340828", "341522"]


def test_a_workbook_opens_with_its_countys_password_only(published) -> None:
    path = folder(published) / "extracts" / f"{COUNTY}.xlsx"
    with open(path, "rb") as file:
        office = msoffcrypto.OfficeFile(file)
        assert office.is_encrypted()
        with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
            office.load_key(password=password(published, "340828"), verify_password=True)
    assert CalamineWorkbook.from_filelike(opened(published, COUNTY)).sheet_names == SHEETS


@pytest.mark.parametrize("county", ["340102", "340422", "340828", "341522"])
def test_the_list_holds_every_warning_that_is_followed_up_and_no_other(published, county) -> None:
    live = {
        row["warning_id"]
        for row in exported(published, "warnings")
        if row["county_code"] == county and row["status"] in ("open", "confirmed", "served")
    }
    assert {row["预警编号"] for row in listed(published, county)} == live
    assert all(
        row["姓名"] and row["证件号码"] and row["预警事由"] and row["依据（数据来源）"]
        for row in listed(published, county)
    )


def test_a_workbook_names_only_people_of_its_county(published) -> None:
    """Whoever is nothing to a county, neither registered nor the subject of a warning there, is not in its workbook."""
    ids = {county: set(re.findall(r"\d{17}[\dX]", texts(opened(published, county)))) for county in counties(published)}
    warned = {}
    for row in exported(published, "warnings"):
        warned.setdefault(row["county_code"], set()).update(row["key"].split("|"))
    for county, found in ids.items():
        for other, others in ids.items():
            if county < other:
                # Somebody can be the subject of warnings in two counties: paid there, registered here.
                assert found & others <= warned.get(county, set()) | warned.get(other, set())


def test_the_lists_follow_one_another_help_first_and_a_household_stands_together(published) -> None:
    rows = listed(published, COUNTY)
    lists = [row["清单"] for row in rows]
    assert lists == sorted(lists, key=["帮扶", "核查", "单位整改"].index)
    helped = [row["户编号"] for row in rows if row["清单"] == "帮扶" and row["户编号"]]
    assert len([home for home, before in zip(helped, [None, *helped], strict=False) if home != before]) == len(
        set(helped)
    )
    assert all(row["剩余天数"] == (row["办理期限"] - DAY).days for row in rows)
    assert {row["新增"] for row in rows if row["预警日期"] == DAY} <= {"新"}


def test_on_a_slip_a_household_stands_together_help_first_with_the_warning_to_write_back_to(published) -> None:
    rows = sheet(published, COUNTY, "入户核查单")
    header = next(row for row in rows if row[0] == "户编号")
    lines = [dict(zip(header, row, strict=True)) for row in rows if str(row[header.index("预警编号")]).startswith("W")]
    kept = {row["预警编号"] for row in listed(published, COUNTY) if row["清单"] != "单位整改"}
    assert {line["预警编号"] for line in lines} == kept
    households: dict[str, list[str]] = {}
    for line in lines:
        households.setdefault(line["户编号"] or line["预警编号"], []).append(line["清单"])
    assert any(len(set(lists)) == 2 for lists in households.values())
    assert all(lists == sorted(lists, key=["帮扶", "核查"].index) for lists in households.values())


def test_the_feedback_header_stands_once_in_the_first_sheet_that_has_one(published) -> None:
    found = []
    for name in SHEETS:
        rows = [[str(cell) for cell in row] for row in sheet(published, COUNTY, name)[:10]]
        if find_header(FEEDBACK, rows):
            found.append(name)
    assert found == ["预警清单"]
    header = find_header(FEEDBACK, [[str(cell) for cell in row] for row in sheet(published, COUNTY, "预警清单")[:10]])
    assert set(header.positions) == {column.name for column in FEEDBACK.columns}
    assert not [note for note in header.notes if "second column" in note]


def test_worked_out_again_a_workbook_is_the_same_bytes(published) -> None:
    """What is encrypted differs each time; what it holds does not."""
    with Engine(published.home / "scratch") as engine:
        derive_warnings(engine, published, DAY)
        derive_policy(engine, published, DAY)
        plain, _ = prepare(engine, published, DAY, Identities(published)).workbook(COUNTY)
    assert plain == opened(published, COUNTY).getvalue()


def test_nothing_in_a_workbook_is_a_formula_or_a_link(published) -> None:
    for county in counties(published):
        with zipfile.ZipFile(opened(published, county)) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode("utf-8")
                if name.startswith("xl/worksheets/"):
                    assert "<f>" not in text and "<hyperlink" not in text
                assert "externalLink" not in name


def test_data_that_looks_like_a_formula_stays_text() -> None:
    book = Book("a")
    columns = (Column("一", "text", 10), Column("二", "wrap", 10))
    evil = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2", "http://example.org", "{=1}", "340422198601193587", "1E5"]
    evil += ["<r>a</r>", "&lt;", "]]>", "_x0041_", "_x0041_x0042_", "_x0041\x07", "\x07x0041_"]
    book.table(book.sheet("表", "#000000"), 0, columns, pl.DataFrame({"一": evil, "二": evil}))
    data = book.close()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == evil
    assert "<f>" not in texts(io.BytesIO(data))


KINDS = ("text", "wrap", "centre", "date", "count", "number", "share", "points", "level", "list", "fill", "fill_date")
CELLS = [
    ["=1+1", "第一行\n第二行", "新", date(2025, 6, 4), 3, 0.5, 0.1 + 0.2, -0.125, 4, "帮扶", "甲<乙", None],
    [" 空 ", "长" * 200, None, date(1900, 3, 1), -3, 1e16, 2 / 3, 0.0, 1, "核查", None, date(1900, 2, 28)],
    ["𠀀" * 20_000, "<a>&lt;", "a", None, None, None, None, None, 4, "单位整改", '\x07&"', None],
    ["_x0041_", None, "", None, 0, None, None, None, 1, "核查", "\ufffe\r\na\tb", None],
]
LISTS = [f"list {name}" for name in LIST_COLOURS]
#: Which cell of each row is shown to be wrong.
WRONG = [10, 10, None, 1]


def written_at_once(sheet, book: Book, top: int, columns: list[Column]) -> None:
    wrong = pl.Series([at if at is None or at < len(columns) else None for at in WRONG], dtype=pl.Int64)
    rows = pl.DataFrame(CELLS, orient="row")
    book.block(sheet, top, columns, rows.select(rows.columns[: len(columns)]), wrong)


def written_cell_by_cell(sheet, book: Book, top: int, columns: list[Column]) -> None:
    """What `Book.block` writes, by xlsxwriter's own methods."""
    sheet.set_row(top, 30)
    for at, column in enumerate(columns):
        sheet.write_string(top, at, column.header, book.format("header_fill" if column.fill else "header"))
    for number, (row, wrong) in enumerate(zip(CELLS, WRONG, strict=True), start=top + 1):
        for at, (column, value) in enumerate(zip(columns, row, strict=False)):
            look = "wrong" if at == wrong else column.kind
            if value is None:
                sheet.write_blank(number, at, None, book.format(look))
            elif look == "level":
                level = {4: "红色", 1: "蓝色"}[value]
                sheet.write_string(number, at, level, book.format(f"level {value}"))
            elif look == "list":
                sheet.write_string(number, at, value, book.format(f"list {value}"))
            elif isinstance(value, str):
                text = value[:16_383] if value.startswith("𠀀") else value
                sheet.write_string(number, at, text, book.format("new" if value == "新" else look))
            elif isinstance(value, date):
                sheet.write_datetime(number, at, datetime(value.year, value.month, value.day), book.format(look))
            else:
                sheet.write_number(number, at, value, book.format("late" if value == -3 else look))
        lines = lines_of(row[1] or "", columns[1].width)
        if lines > 1:
            sheet.set_row(number, row_height(lines))


def parts(data: bytes) -> list[tuple[str, dict]]:
    """What each sheet says but for its rows, and of each row how it looks and its cells, texts in full."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shared = [text(item) for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]
        for name in sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")):
            root = ElementTree.fromstring(archive.read(name))
            rows = root.find("{*}sheetData")
            said = {}
            for row in rows:
                look = {key: value for key, value in row.attrib.items() if key not in ("r", "spans")}
                said[row.get("r")] = look, [(cell.get("r"), cell.get("s"), content(cell, shared)) for cell in row]
            rows.clear()
            found.append((ElementTree.tostring(root, encoding="unicode"), said))
    return found


def text(item: ElementTree.Element) -> tuple:
    [element] = item
    return element.text, element.attrib


def content(cell: ElementTree.Element, shared: list[tuple]) -> object:
    value = cell.find("{*}v")
    if cell.get("t") == "inlineStr":
        return unspaced(text(cell.find("{*}is")))
    if cell.get("t") == "s":
        return unspaced(shared[int(value.text)])
    return None if value is None else float(value.text)


def unspaced(found: tuple) -> tuple:
    """A text, and whether its ends are kept where they are white space."""
    said, attributes = found
    return said or "", bool(attributes) if said and said != said.strip() else None


def test_rows_written_at_once_are_what_xlsxwriter_writes_cell_by_cell() -> None:
    columns = [Column(f"列{at}", kind, 10) for at, kind in enumerate(KINDS)]
    made = []
    for write in (written_at_once, written_cell_by_cell):
        book = Book("a")
        for look in (*KINDS[:8], *KINDS[10:], "wrong", "new", "late", *(f"level {n}" for n in LEVELS), *LISTS):
            book.format(look)  # which are numbered as they come up
        for name, top in (("表", 1), ("远", 40)):
            sheet = book.sheet(name, "#000000")
            book.title(sheet, top - 1, "标题")
            write(sheet, book, top, columns)
            write(sheet, book, top + 12, columns[:3])
            sheet.merge_range(top + 20, 2, top + 20, 20, "合并", book.format("hint"))
            sheet.set_row(top + 30, 20)
        made.append(parts(book.close()))
    assert made[0] == made[1]


def test_text_wraps_into_as_many_lines_as_it_takes() -> None:
    assert lines_of("", 10) == 1
    assert lines_of("a" * 9, 10) == 1
    assert lines_of("a" * 10, 10) == 2
    assert lines_of("一二三四五", 10) == 2
    assert lines_of("□属实\n□不属实", 14) == 2
    assert lines_of("——“引号”", 10) == 2  # as wide as Chinese characters, in their fonts
    assert row_height(1) < row_height(2) < row_height(1000) <= 409  # higher, a spreadsheet calls the file damaged


@given(st.lists(st.text("一a é—\n", max_size=40), min_size=1, max_size=5), st.integers(1, 60))
def test_rows_are_as_high_as_their_longest_text_takes(texts: list[str], width: int) -> None:
    book = Book("a")
    rows = pl.DataFrame({"短": ["a"] * len(texts), "长": texts})
    book.table(book.sheet("表", "#000000"), 0, (Column("短", "wrap", 10), Column("长", "wrap", width)), rows)
    [(_, said)] = parts(book.close())
    for number, text in enumerate(texts, start=2):
        lines = lines_of(text, width)
        assert said[str(number)][0].get("ht") == (f"{row_height(lines):g}" if lines > 1 else None)


def test_every_rule_has_reasons_to_choose_from(published) -> None:
    for row in read_reference(published.reference).tables["rules"].iter_rows(named=True):
        offered = reasons(row["rule"], row["family"], row["list"])
        assert len(offered) >= 4 and len(set(offered)) == len(offered)


def feedback_account(settings: Settings, day: date) -> FileAccount:
    [account] = [file for file in accounts(settings, day) if file.feed == "feedback"]
    return account


def fill(rows: list[list], answers: dict[str, dict]) -> bytes:
    """The list as an officer hands it back: re-typed by another program, without protection, answered."""
    [top] = [number for number, row in enumerate(rows) if "预警编号" in row]
    header = rows[top]
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    written = book.add_worksheet("说明")
    written.write_string(0, 0, "县里的说明")
    written = book.add_worksheet("预警清单")
    for number, row in enumerate([*rows[: top + 1], *reversed(rows[top + 1 :])]):
        answer = answers.get(row[header.index("预警编号")], {}) if number > top else {}
        for at, cell in enumerate(row):
            value = answer.get(header[at], cell)
            if isinstance(value, date):
                written.write_datetime(number, at, value, day_format)
            elif value != "":
                written.write(number, at, value)
    book.close()
    return data.getvalue()


def test_a_filled_workbook_comes_back_as_feedback(copied) -> None:
    right, wrong, helped, *_ = [row["预警编号"] for row in listed(copied, COUNTY) if row["清单"] == "帮扶"]
    today = DAY
    answers = {
        right: {"核查结果": "属实", "核查日期": today},
        wrong: {"核查结果": "不属实", "核查日期": today, "原因": "信息有误"},
        helped: {
            "核查结果": "属实",
            "核查日期": today,
            "帮扶或处置措施": "职业介绍",
            "服务日期": today,
            "说明": "已上岗",
        },
    }
    later = next_day(copied, "feedback", "寿县 反馈 (1).xlsx", fill(sheet(copied, COUNTY, "预警清单"), answers))
    account = feedback_account(copied, later)
    assert (account.status, account.read, account.accepted) == ("read", 3, 3)
    status = {row["warning_id"]: row["status"] for row in exported(copied, "warnings", later)}
    assert (status[right], status[wrong], status[helped]) == ("confirmed", "dismissed", "served")
    rows = {row["预警编号"]: row for row in listed(copied, COUNTY, later)}
    assert wrong not in rows
    assert (rows[right]["进展"], rows[right]["上次反馈"]) == ("属实待办", f"属实，{today}核查")
    assert rows[helped]["上次反馈"] == f"属实，{today}核查；职业介绍，{today}服务；说明：已上岗"


def test_an_encrypted_workbook_handed_back_untouched_says_nothing(copied, tmp_path) -> None:
    # With few counties there are few passwords to try.
    shutil.copytree(copied.reference, tmp_path / "reference")
    places = tmp_path / "reference" / "counties.csv"
    lines = places.read_text(encoding="utf-8").splitlines(keepends=True)
    places.write_text("".join(line for line in lines if line[:6] in ("county", COUNTY)), encoding="utf-8")
    copied = replace(copied, reference=tmp_path / "reference")
    later = next_day(copied, "feedback", "a.xlsx", (folder(copied) / "extracts" / f"{COUNTY}.xlsx").read_bytes())
    account = feedback_account(copied, later)
    assert (account.status, account.read) == ("read", 0)


def test_a_password_that_was_set_is_used_and_a_new_one_writes_the_workbook_anew(copied, tmp_path, monkeypatch) -> None:
    others = {county: (folder(copied) / "extracts" / f"{county}.xlsx").stat().st_ino for county in counties(copied)}
    chosen = tmp_path / "passwords.csv"
    chosen.write_text(f"county_code,password\n{COUNTY},A chosen one\n", encoding="utf-8")
    monkeypatch.setenv("FANPIN_PASSWORDS", str(chosen))
    publish(copied, DAY)
    assert password(copied, COUNTY) == "A chosen one"
    assert listed(copied, COUNTY)
    again = {county: (folder(copied) / "extracts" / f"{county}.xlsx").stat().st_ino for county in counties(copied)}
    assert {county for county in others if others[county] != again[county]} == {COUNTY}


def test_passwords_can_be_read_out_and_are_of_one_county() -> None:
    settings = Settings(Path("nowhere"), Path("nowhere"), b"k")
    words = {password(settings, f"34{n:04}") for n in range(300)}
    assert len(words) == 300
    assert all(re.fullmatch(r"[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){3}", word) for word in words)


def test_before_a_first_delivery_there_is_nothing_to_extract(tmp_path) -> None:
    empty = Settings(tmp_path, CHECKOUT / "data" / "reference", b"a key for tests")
    run(empty, BEFORE, BEFORE, lambda _: None)
    assert not (folder(empty, BEFORE) / "extracts").exists()
    assert (folder(empty, BEFORE) / "brief.html").is_file()


def test_libreoffice_opens_and_prints_a_workbook(published, tmp_path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("needs libreoffice-calc: make system")
    plain = tmp_path / "340102.xlsx"
    plain.write_bytes(opened(published, "340102").getvalue())
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
         str(plain)],
        cwd=tmp_path, check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert (tmp_path / "340102.pdf").stat().st_size > 20_000


def test_what_libreoffice_saves_comes_back_as_feedback(copied, tmp_path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("needs libreoffice-calc: make system")
    warning = listed(copied, COUNTY)[0]["预警编号"]
    filled = tmp_path / "back.xlsx"
    filled.write_bytes(fill(sheet(copied, COUNTY, "预警清单"), {warning: {"核查结果": "属实", "核查日期": DAY}}))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "saved"), str(filled)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    later = next_day(copied, "feedback", "back.xlsx", (tmp_path / "saved" / "back.xlsx").read_bytes())
    account = feedback_account(copied, later)
    assert (account.status, account.read, account.accepted) == ("read", 1, 1)
