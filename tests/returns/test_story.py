"""Mended data: a faulty delivery, the gate, the workbook, the corrected delivery, the replay, the right warnings."""

from __future__ import annotations

import io
from dataclasses import replace

import polars as pl
import python_calamine
from worlds.county import DAY, deliver, row

from pipelines.exports import files, warnings
from pipelines.feeds import FEEDS
from pipelines.gates.quality import FAIL, results_path
from pipelines.gates.review import held_list
from pipelines.main_job import run
from pipelines.report import held
from pipelines.returns.rejected import Asked, summary
from pipelines.returns.replay import replay
from pipelines.returns.workbook import export

READ = 120


def deaths(broken: int) -> list[dict]:
    """Deaths of 120 people, of whom the first forty hold posts; the dates of the first `broken` can't be read."""
    rows = [row("deaths", number, died_on="2025-05-20") for number in range(1, READ + 1)]
    return [{**cells, "died_on": "五月廿四"} if place < broken else cells for place, cells in enumerate(rows)]


def dead_holders(settings) -> int:
    return warnings(settings, DAY).filter(rule="post_holder_deceased").height


def conserved(settings, **counts: int) -> None:
    """Every row of the file ended somewhere, and what was judged of the day says so."""
    account = files(settings, DAY).filter(feed="deaths").select(*counts).row(0, named=True)
    assert account == counts
    assert counts["read"] == counts["accepted"] + counts["quarantined"] + counts["superseded"]
    results = pl.read_parquet(results_path(settings, DAY))
    kept = results.filter(pl.col("suite").is_in(["tables/conservation", "tables/deliveries", "tables/evidence"]))
    assert kept.height > 50 and kept.filter(verdict=FAIL).is_empty()


def sheet(path) -> list[list]:
    return python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_a_faulty_delivery_is_held_sent_back_corrected_and_replayed(county, tmp_path) -> None:
    deliver(county, "deaths", deaths(broken=100))
    run(county, DAY, DAY, lambda _: None)
    assert any("deaths" in line for line in held_list(county, DAY))
    [said] = held(county, DAY)
    assert f"deaths {DAY} file 1;" in said and f"fanpin gate list --date {DAY}" in said
    assert files(county, DAY).filter(feed="deaths")["status"].to_list() == ["held"]
    assert dead_holders(county) == 0
    conserved(county, read=READ, accepted=20, quarantined=100, superseded=0)
    gate = pl.read_parquet(results_path(county, DAY)).filter(suite="feeds/deaths", expectation="held")
    assert gate["verdict"].to_list() == [FAIL]

    assert summary(county, Asked(DAY, "deaths"))[0].startswith(f"deaths {DAY} file 1: 100 rows: died_on bad_date")
    workbook = tmp_path / "returned.xlsx"
    assert export(county, "deaths", DAY, workbook) == 100
    header, *rows = sheet(workbook)
    assert header[:2] == ["name", "id_number"] and len(rows) == 100
    assert {cells[header.index("died_on")] for cells in rows} == {"五月廿四"}
    assert {cells[header.index("【有误的列】")] for cells in rows} == {"死亡日期"}
    assert workbook.stat().st_mode & 0o077 == 0

    # The office corrects its file, with the workbook beside it, and delivers it anew.
    right = {cells[header.index("id_number")]: {"died_on": "2025-05-24"} for cells in rows}
    deliver(county, "deaths", [cells | right.get(cells["id_number"], {}) for cells in deaths(broken=100)])
    said = replay(county, "deaths", DAY, lambda _: None)
    assert said[0].startswith("before: ") and "100 quarantined" in said[0]
    assert said[1].endswith("(read): 120 rows read = 120 accepted + 0 quarantined + 0 superseded")
    assert files(county, DAY).filter(feed="deaths")["status"].to_list() == ["read"]
    conserved(county, read=READ, accepted=READ, quarantined=0, superseded=0)
    assert dead_holders(county) == 40


def test_the_corrected_workbook_itself_can_be_delivered(county, tmp_path) -> None:
    deliver(county, "deaths", deaths(broken=30))
    run(county, DAY, DAY, lambda _: None)
    assert dead_holders(county) == 10
    workbook = tmp_path / "returned.xlsx"
    export(county, "deaths", DAY, workbook)
    header, *rows = sheet(workbook)
    target = county.landing / "deaths" / DAY.isoformat() / "corrected.xlsx"
    target.write_bytes(corrected(header, rows))
    said = replay(county, "deaths", DAY, lambda _: None)
    assert [line.split("): ")[1] for line in said] == [
        "120 rows read = 90 accepted + 30 quarantined + 0 superseded",
        "30 rows read = 30 accepted + 0 quarantined + 0 superseded",
    ]
    assert dead_holders(county) == 40


def corrected(header: list[str], rows: list[list]) -> bytes:
    """The workbook with the dates put right, all that was added to it still there."""
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for number, cells in enumerate(rows, start=1):
            right = dict(zip(header, cells, strict=True)) | {"died_on": "2025-05-24"}
            sheet.write_row(number, 0, [str(value) for value in right.values()])
    return data.getvalue()


def test_files_with_other_names_for_a_column_go_into_one_workbook(county, tmp_path) -> None:
    deliver(county, "deaths", deaths(broken=2)[:2])
    [third] = deaths(broken=3)[2:3]
    other = {"身份证": "x", "姓名": third["name"], "证件号码": third["id_number"], "死亡日期": "?", "信息来源": "公安"}
    deliver(county, "deaths", [other | {"备注": "甲"}], name="b.csv")
    run(county, DAY, DAY, lambda _: None)
    workbook = tmp_path / "returned.xlsx"
    assert export(county, "deaths", DAY, workbook) == 3
    header, *rows = sheet(workbook)
    assert header[:6] == ["name", "id_number", "died_on", "source", "身份证", "备注"]
    assert header[6:] == ["【有误的列】", "【退回原因】", "【原文件】", "【原行号】"]
    assert all(cells[1] for cells in rows) and rows[2][2] == "?" and rows[2][5] == "甲"
    assert export(county, "deaths", DAY, tmp_path / "again.xlsx") == 3
    assert workbook.read_bytes() == (tmp_path / "again.xlsx").read_bytes()


def test_what_a_mended_declaration_lets_in_is_replayed_for_its_day(county, monkeypatch) -> None:
    """An office writes a value its own way, another names a column its own way: the declaration learns both."""
    deliver(county, "deaths", [row("deaths", n, source="县公安局" if n > 3 else "公安") for n in range(1, 8)])
    other = [{"死者证件": cells.pop("id_number"), **cells} for cells in [row("deaths", 8), row("deaths", 9)]]
    deliver(county, "deaths", other, name="b.csv")
    deliver(county, "payroll", [row("payroll", 50)])
    run(county, DAY, DAY, lambda _: None)
    assert dead_holders(county) == 3
    assert files(county, DAY).filter(feed="deaths")["status"].to_list() == ["read", "rejected"]

    deaths_feed = FEEDS["deaths"]
    mended = {
        "source": lambda c: replace(c, values=tuple((*v, "县公安局") if v[0] == "公安" else v for v in c.values)),
        "id_number": lambda c: replace(c, aliases=(*c.aliases, "死者证件")),
    }
    columns = tuple(mended.get(column.name, lambda c: c)(column) for column in deaths_feed.columns)
    monkeypatch.setitem(FEEDS, "deaths", replace(deaths_feed, columns=columns))
    steps: list[str] = []
    assert replay(county, "deaths", DAY, steps.append) == [
        f"before: deaths {DAY} file 1 (read): 7 rows read = 3 accepted + 4 quarantined + 0 superseded",
        f"before: deaths {DAY} file 2 (rejected): 0 rows read = 0 accepted + 0 quarantined + 0 superseded",
        f"deaths {DAY} file 1 (read): 7 rows read = 7 accepted + 0 quarantined + 0 superseded",
        f"deaths {DAY} file 2 (read): 2 rows read = 2 accepted + 0 quarantined + 0 superseded",
    ]
    assert [step for step in steps if step.startswith("staging")] == [f"staging deaths {DAY}: 2 files"]
    assert dead_holders(county) == 9
    conserved(county, read=7, accepted=7, quarantined=0, superseded=0)
