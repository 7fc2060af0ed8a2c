"""The workbook as it was sent comes back: filled in by hand, saved by LibreOffice, late, or not filled in at all."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from worlds.county import COUNTY
from worlds.opening import DAY, listed, opened, sheet
from worlds.returning import returned, statuses, told

from pipelines.feeds import FEEDBACK
from pipelines.main_job import run
from pipelines.report import troubles
from pipelines.staging.accounts import accounts

LISTS = ("帮扶", "核查", "单位整改")
#: Sheets are numbered in their order: this is 预警清单.
PART = "xl/worksheets/sheet2.xml"


def typed(plain: io.BytesIO, answers: dict[str, dict]) -> bytes:
    """The workbook itself with the cells of some warnings typed into, everything else as it was sent."""
    rows = CalamineWorkbook.from_filelike(plain).get_sheet_by_name("预警清单").to_python()
    [top] = [number for number, row in enumerate(rows) if "预警编号" in row]
    at = {header: chr(ord("A") + place) for place, header in enumerate(rows[top])}
    number = {row[rows[top].index("预警编号")]: place for place, row in enumerate(rows, start=1) if len(row) > 1}
    with zipfile.ZipFile(plain) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[PART].decode("utf-8")
    for warning, answer in answers.items():
        for header, value in answer.items():
            cell = f"{at[header]}{number[warning]}"
            if isinstance(value, date):
                content = f' t="n"><v>{(value - date(1899, 12, 30)).days}</v></c>'
            else:
                content = f' t="inlineStr"><is><t>{escape(value)}</t></is></c>'
            text, found = re.subn(rf'(<c r="{cell}" s="\d+")/>', lambda m, content=content: m[1] + content, text)
            assert found == 1, cell
    parts[PART] = text.encode("utf-8")
    back = io.BytesIO()
    with zipfile.ZipFile(back, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return back.getvalue()


def saved_by_libreoffice(data: bytes, folder: Path) -> bytes:
    if not shutil.which("soffice"):
        pytest.skip("needs libreoffice-calc: make system")
    (folder / "typed.xlsx").write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(folder / "out"), str(folder / "typed.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / "typed.xlsx").read_bytes()


def hand_in(settings, day: date, data: bytes) -> tuple[str, int, int]:
    """Hand a workbook in on a day and run it: status, rows read and accepted."""
    landing = settings.landing / "feedback" / day.isoformat()
    landing.mkdir(parents=True)
    (landing / "反馈.xlsx").write_bytes(data)
    run(settings, day, day, lambda _: None)
    [account] = [file for file in accounts(settings, day) if file.feed == "feedback" and file.delivered_on == day]
    return account.status, account.read, account.accepted


def some_of_every_list(settings) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in listed(settings, COUNTY):
        found.setdefault(row["清单"], []).append(row["预警编号"])
    assert set(found) == set(LISTS)
    return {name: [ids[0], ids[-1]] for name, ids in found.items()}


def test_whatever_list_an_officer_fills_in_all_of_it_is_read(copied, tmp_path) -> None:
    chosen = some_of_every_list(copied)
    answers = {}
    for right, wrong in chosen.values():
        answers[right] = {
            "核查结果": "属实",
            "核查日期": DAY,
            "帮扶或处置措施": "其他",
            "服务日期": DAY,
            "说明": "=1+1",
        }
        answers[wrong] = {"核查结果": "不属实", "核查日期": DAY, "原因": "台账未更新"}
    data = saved_by_libreoffice(typed(opened(copied, COUNTY), answers), tmp_path)
    later = DAY + timedelta(days=1)
    assert hand_in(copied, later, data) == ("read", 6, 6)
    status = statuses(copied, later)
    assert {status[right] for right, _ in chosen.values()} == {"served"}
    assert {status[wrong] for _, wrong in chosen.values()} == {"dismissed"}
    assert not {wrong for _, wrong in chosen.values()} & {row["预警编号"] for row in listed(copied, COUNTY, later)}


def test_an_old_workbook_handed_back_untouched_takes_nothing_back(copied) -> None:
    """What was answered is not filled in again: it would undo what was corrected since."""
    warning = listed(copied, COUNTY)[0]["预警编号"]
    confirmed, corrected, late = (DAY + timedelta(days=n) for n in (1, 2, 3))
    answer = {"核查结果": "属实", "核查日期": DAY}
    assert hand_in(copied, confirmed, typed(opened(copied, COUNTY), {warning: answer})) == ("read", 1, 1)
    assert statuses(copied, confirmed)[warning] == "confirmed"
    old = opened(copied, COUNTY, confirmed).getvalue()
    answer = {"核查结果": "不属实", "核查日期": DAY, "说明": "电话更正"}
    assert hand_in(copied, corrected, typed(io.BytesIO(old), {warning: answer})) == ("read", 1, 1)
    assert statuses(copied, corrected)[warning] == "dismissed"
    assert hand_in(copied, late, old) == ("read", 0, 0)
    assert statuses(copied, late)[warning] == "dismissed"


def test_a_service_that_follows_is_added_in_the_next_workbook(copied) -> None:
    warning = listed(copied, COUNTY)[0]["预警编号"]
    confirmed, served = DAY + timedelta(days=1), DAY + timedelta(days=2)
    answer = {"核查结果": "属实", "核查日期": DAY}
    hand_in(copied, confirmed, typed(opened(copied, COUNTY), {warning: answer}))
    [row] = [row for row in listed(copied, COUNTY, confirmed) if row["预警编号"] == warning]
    assert (row["进展"], row["上次反馈"]) == ("属实待办", f"属实，{DAY}核查")
    assert all(row[FEEDBACK.column(name).chinese] == "" for name in FEEDBACK.filled_by)
    answer |= {"帮扶或处置措施": "职业介绍", "服务日期": served}
    hand_in(copied, served, typed(opened(copied, COUNTY, confirmed), {warning: answer}))
    assert statuses(copied, served)[warning] == "served"


def test_the_reasons_offered_follow_the_rule_however_rows_are_sorted(published) -> None:
    """Validations stay where they are when rows are sorted, so the row's own rule is what is looked up."""
    plain = opened(published, COUNTY)
    with zipfile.ZipFile(plain) as archive:
        text = archive.read(PART).decode("utf-8")
    offered = [f for f in re.findall(r"<formula1>(.*?)</formula1>", text) if "选项" in f]
    assert len(offered) == 1
    rows = CalamineWorkbook.from_filelike(io.BytesIO(plain.getvalue())).get_sheet_by_name("选项").to_python()
    titles = {row["预警事项"] for row in listed(published, COUNTY)}
    assert {row[0] for row in rows} == titles
    assert all(len([cell for cell in row[2:] if cell]) == row[1] >= 4 for row in rows)


def test_answers_where_none_are_read_are_told_to_the_county_and_the_engineer(copied, tmp_path) -> None:
    [one, other] = [row["预警编号"] for row in listed(copied, COUNTY)][:2]
    back, path = DAY + timedelta(days=1), tmp_path / "反馈.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for warning in (one, other):
            sheet = made.add_worksheet()
            for at, texts in enumerate(
                zip(("预警编号", "核查结果", "核查日期"), (warning, "属实", str(DAY)), strict=True)
            ):
                sheet.write_column(0, at, texts)
    landing = copied.landing / "feedback" / back.isoformat()
    landing.mkdir(parents=True)
    shutil.copy(path, landing / "反馈.xlsx")
    staged = run(copied, back, back, lambda _: None)
    assert list(told(copied, back)) == [""] and "其他工作表" in told(copied, back)[""]
    assert [line for line in troubles(staged) if "elsewhere" in line] == [
        f"feedback {back} file 1: rows elsewhere: 1 on sheet 2, "
        "which is not read: only the first sheet with a header is"
    ]


def test_a_file_without_answers_is_said(copied) -> None:
    staged = returned(copied, DAY + timedelta(days=1), [{"warning_id": listed(copied, COUNTY)[0]["预警编号"]}])
    [line] = troubles(staged)
    assert "no row was filled in" in line


def test_what_was_answered_to_be_no_case_is_counted(copied) -> None:
    ids, back = [row["预警编号"] for row in listed(copied, COUNTY) if row["清单"] == "帮扶"], DAY + timedelta(days=1)
    returned(copied, back, [{"warning_id": w, "outcome": "不属实", "checked_on": str(DAY)} for w in ids])
    said = "".join(str(cell) for row in sheet(copied, COUNTY, "说明", back) for cell in row)
    assert f"因反馈不属实而没有列出的现有 {len(ids)} 条" in said


def test_a_returned_file_that_nobody_can_read_is_said_first_and_for_a_week(copied) -> None:
    back = DAY + timedelta(days=1)
    folder = copied.landing / "feedback" / back.isoformat()
    folder.mkdir(parents=True)
    (folder / "反馈.ods").write_bytes(b"no table")
    (folder / "反馈.xls").write_bytes(b"no table")
    for day, said in ((back, [f"{back}有2个"]), (back + timedelta(days=7), [])):
        run(copied, day, day, lambda _: None)
        rows = sheet(copied, COUNTY, "说明", day)
        [top] = [number for number, row in enumerate(rows) if row[0] == "序号"]
        texts = [str(row[0]) for row in rows[:top]]
        assert [text.split("交回的反馈文件")[0] for text in texts if "交回的反馈文件" in text] == said
