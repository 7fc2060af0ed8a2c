"""Workbooks are read with the types of their cells, and a hostile one rejects itself and nothing else."""

import io
import json
import time
import zipfile
from datetime import date, datetime

import msoffcrypto
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from pipelines.feeds import DEATHS, FEEDBACK
from pipelines.landing import workbook
from pipelines.landing.rejection import Rejected
from pipelines.landing.table import open_table

HEAD = ("证件号码", "姓名", "死亡日期", "信息来源")


def book(path, *sheets, left=0, top=0):
    """A workbook of sheets, each a list of rows."""
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for rows in sheets:
            sheet = made.add_worksheet()
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(top + i, left + j, cell, day)
                    else:
                        sheet.write(top + i, left + j, cell)
    return path


def protected(path, password):
    plain = io.BytesIO(path.read_bytes())
    with path.open("wb") as file:
        OOXMLFile(plain).encrypt(password, file)
    assert msoffcrypto.OfficeFile(path.open("rb")).is_encrypted()


def rows(path, feed=DEATHS, passwords=()):
    """Row number and cells of all rows of a delivered file."""
    table = open_table(path, feed, passwords)
    return {n: cells for b in table.batches for n, cells in zip(b.rows, b.cells.iter_rows(), strict=True)}


def test_cells_are_what_would_be_typed(tmp_path):
    cells = [
        ((340123199001011234, 110, date(2025, 6, 1), True), ("3.40123199001011E+17", "110", "2025-06-01", "TRUE")),
        (
            (110105491231002, 1.5, datetime(2025, 6, 1, 12, 30), 0.00001),
            ("110105491231002", "1.5", "2025-06-01 12:30:00", "0.00001"),
        ),
        (("a", 340000000000000012, 45809, False), ("a", "340000000000000000", "45809", "FALSE")),
    ]
    path = book(tmp_path / "a.xlsx", [HEAD, *[given for given, _ in cells]])
    assert list(rows(path).values()) == [expected for _, expected in cells]


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path):
    path = book(tmp_path / "a.xlsx", [], [("title",), HEAD, (), ("1", "2", "3", "4"), (), ("5",)], top=3, left=2)
    found = rows(path)
    assert found[7] == ("1", "2", "3", "4")
    assert found[9] == ("5", "", "", "")


def test_a_header_below_the_tenth_row_is_none(tmp_path):
    with pytest.raises(Rejected, match="证件号码、姓名、死亡日期、信息来源"):
        rows(book(tmp_path / "a.xlsx", [HEAD], top=10))
    assert rows(book(tmp_path / "a.xlsx", [HEAD, ("1",)], top=9)) == {11: ("1", "", "", "")}


def test_only_feedback_looks_for_its_header_in_later_sheets(tmp_path):
    cover = [("cover",)]
    with pytest.raises(Rejected):
        rows(book(tmp_path / "a.xlsx", cover, [HEAD]))
    feedback = ("预警编号", "核查结果", "核查日期")
    path = book(tmp_path / "a.xlsx", cover, [feedback, ("w", "属实", "2025-01-01")], [feedback])
    assert list(rows(path, FEEDBACK)) == [2]


ANSWERS = ("预警编号", "核查结果", "核查日期")


def test_answers_in_other_sheets_are_noted(tmp_path):
    answer, blank = ("w", "属实", "2025-01-01"), ("v", "", " ")
    path = book(
        tmp_path / "a.xlsx", [ANSWERS, answer], [("notes",)], [ANSWERS, blank], [ANSWERS, answer, blank, answer]
    )
    table = open_table(path, FEEDBACK)
    assert [list(batch.rows) for batch in table.batches] == [[2]]
    assert table.notes == ["rows elsewhere: 2 on sheet 4, which is not read: only the first sheet with a header is"]


def test_rows_in_other_sheets_are_noted_and_a_header_there_is_said(tmp_path):
    row = ("1", "2", "3", "4")
    table = open_table(book(tmp_path / "a.xlsx", [HEAD, row], [HEAD, row, (), row]), DEATHS)
    assert [list(batch.rows) for batch in table.batches] == [[2]]
    assert table.notes == [
        "rows elsewhere: 2 on sheet 2, which is not read: only the first sheet that holds anything is"
    ]
    with pytest.raises(Rejected, match="found it on sheet 3"):
        open_table(book(tmp_path / "b.xlsx", [("cover",)], [("notes",)], [HEAD, row]), DEATHS)


@pytest.mark.parametrize("feed, header", [(FEEDBACK, ANSWERS), (DEATHS, HEAD)])
def test_cells_merged_over_several_rows_are_noted(tmp_path, feed, header):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.merge_range("A1:C1", "title")
        sheet.merge_range("E1:E2", "another")
        for at, text in enumerate(header):
            sheet.write(2, at, text)
        sheet.merge_range("B4:B6", "属实")
        sheet.merge_range("A7:B7", "one row")
    table = open_table(path, feed)
    assert sum(len(batch.rows) for batch in table.batches) == 4
    assert [note.split(" over")[0] for note in table.notes] == ["merged cells: 1"]


def test_what_a_header_lacks_is_said_of_the_sheet_most_like_one(tmp_path):
    cover = [(f"line {number}",) for number in range(12)]
    path = book(tmp_path / "a.xlsx", cover, [("预警编号", "核查结果", "核查时间")])
    with pytest.raises(Rejected, match=r"lacks 核查日期\."):
        rows(path, FEEDBACK)


def test_feedback_opens_with_any_countys_password(tmp_path):
    path = book(tmp_path / "a.xlsx", [("预警编号", "核查结果", "核查日期"), ("w", "属实", "2025-01-01")])
    protected(path, "right")
    assert list(rows(path, FEEDBACK, ["wrong", "right"])) == [2]
    with pytest.raises(Rejected, match="password"):
        rows(path, FEEDBACK, ["wrong"])
    with pytest.raises(Rejected, match="password"):
        rows(path, DEATHS, ["right"])


@pytest.mark.parametrize(
    "name, data",
    [
        ("a.xlsx", b"PK\x03\x04 no zip"),
        ("a.xlsx", ",".join(HEAD).encode()),
        ("a.xlsx", b""),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("a.csv", b"PK\x03\x04 a workbook"),
        ("a.csv", b""),
        ("a.csv", b"\0\0\0\0"),
        ("a.xls", b"\xd0\xcf\x11\xe0"),
        ("a", b"x"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Rejected, match="expected"):
        rows(path)


def hostile(path):
    """A small workbook with cells in two far corners: a reader that holds every cell between them takes all memory."""
    book(path, [HEAD, ("1", "2", "3", "4")])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def test_a_workbook_that_takes_all_memory_is_refused(tmp_path):
    with pytest.raises(Rejected, match="too much memory or time"):
        rows(hostile(tmp_path / "a.xlsx"))


def test_a_workbook_larger_than_all_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MEMORY", 50 * 1024**2)
    path = tmp_path / "a.xlsx"
    with open(path, "wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(60 * 1024**2)
    with pytest.raises(Rejected, match="too much memory or time"):
        rows(path)


def test_a_workbook_that_takes_forever_is_refused(tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(workbook, "_CHILD", child)
    monkeypatch.setattr(workbook, "SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(Rejected, match="too much memory or time"):
        rows(book(tmp_path / "a.xlsx", [HEAD]))
    assert time.monotonic() - began < 10


def test_the_child_is_not_given_the_key(tmp_path, monkeypatch):
    monkeypatch.setenv("FANPIN_KEY", "secret")
    child = tmp_path / "child.py"
    head = json.dumps({"sheet": 1, "merged": []})
    child.write_text(f"import os, json; print({head!r}); print(json.dumps(list(os.environ)))")
    monkeypatch.setattr(workbook, "_CHILD", child)
    book_ = workbook.Workbook(book(tmp_path / "a.xlsx", [HEAD]))
    assert "FANPIN_KEY" not in next(next(book_.sheets()))
    book_.close()
