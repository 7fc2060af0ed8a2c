"""The sheet 说明: what there is to do, help first, and what is not known."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta

import duckdb
from worlds.county import COUNTY, deliver, founded
from worlds.county import DAY as FIRST
from worlds.county import row as cells
from worlds.opening import DAY, folder, listed, opened, sheet

from pipelines.explaining import explain
from pipelines.main_job import run
from pipelines.publishing.guide import _first
from pipelines.publishing.words import LISTS


def words(settings, county: str, day=DAY) -> list[str]:
    return [str(cell) for row in sheet(settings, county, "说明", day) for cell in row if cell != ""]


def test_the_first_to_do_are_twenty_of_all_lists_help_first(published) -> None:
    rows = sheet(published, COUNTY, "说明")
    [top] = [number for number, row in enumerate(rows) if row[0] == "序号"]
    lists = [row[1] for row in rows[top + 1 : top + 21]]
    assert lists == sorted(lists, key=["帮扶", "核查", "单位整改"].index)
    assert set(lists) == {"帮扶", "核查", "单位整改"}
    assert not any(row[2] == "蓝色" for row in rows[top + 1 : top + 21])


def test_where_a_list_is_short_the_others_fill_up() -> None:
    import polars as pl

    to_do = pl.DataFrame({"list": ["帮扶"] * 4 + ["核查"] * 30, "n": list(range(34))})
    assert _first(to_do)["n"].to_list() == list(range(20))


def test_nothing_to_do_is_said(copied) -> None:
    """A county whose only warnings are settled has nothing to do, and still a workbook while people live there."""
    row = listed(copied, "340102")
    assert len(row) == 1
    folder = copied.landing / "feedback" / (DAY + timedelta(days=1)).isoformat()
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(
        f"warning_id,outcome,checked_on,why\n{row[0]['预警编号']},不属实,{DAY},信息有误\n", encoding="utf-8"
    )
    later = DAY + timedelta(days=1)
    run(copied, later, later, lambda _: None)
    assert "今天没有需要办理的事项。" in words(copied, "340102", later)
    assert listed(copied, "340102", later) == []


def test_what_ran_out_is_not_counted_as_settled(published) -> None:
    said = re.findall(r"【(.+?)】.*?已消除 (\d+) 条，期限已过而移出 (\d+) 条", " ".join(words(published, COUNTY)), re.S)
    with duckdb.connect(folder(published) / "fanpin.duckdb", read_only=True) as tables:
        ended = tables.execute(
            "SELECT list, count(*) FILTER (status = 'resolved'), count(*) FILTER (status = 'lapsed') FROM warnings "
            f"WHERE county_code = '{COUNTY}' AND resolved_on = DATE '{DAY}' GROUP BY list"
        ).fetchall()
    counts = {name: (0, 0) for name in LISTS} | {name: (resolved, lapsed) for name, resolved, lapsed in ended}
    assert {name: (int(resolved), int(lapsed)) for name, resolved, lapsed in said} == counts
    assert any(resolved for resolved, _ in counts.values())


def test_files_that_count_nowhere_are_said_without_their_names(published) -> None:
    said = [text for text in words(published, COUNTY) if "整份退回" in text]
    assert said and all(re.match(r"《.+》\d{4}-\d\d-\d\d报送的第\d+个文件", text) for text in said)


def test_every_rule_of_the_list_is_in_the_legend_with_its_clause(published) -> None:
    text = " ".join(words(published, COUNTY))
    for row in listed(published, COUNTY):
        assert re.search(rf"{row['预警事项']}（\d+条）", text)
    assert "二、（九）" in text


def test_every_sheet_is_set_up_for_a4_with_page_numbers(published) -> None:
    with zipfile.ZipFile(opened(published, COUNTY)) as archive:
        for number in range(1, 6):
            text = archive.read(f"xl/worksheets/sheet{number}.xml").decode("utf-8")
            assert 'paperSize="9"' in text and 'fitToHeight="0"' in text and "&amp;P" in text
            assert 'orientation="landscape"' in text or number == 1


def test_what_was_confirmed_and_ran_out_without_help_is_said(tmp_path) -> None:
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=14)
    deliver(county, "posts", [cells("posts", number, post_no=f"岗{number}") for number in range(3, 41)])
    records = [cells("employment", n, record_no=f"R{n}", ended_on="2024-12-22") for n in (1, 2)]
    for day in (FIRST, later):
        deliver(county, "employment", [*records, cells("employment", 9, record_no="R9")], day)
    run(county, FIRST, FIRST, lambda _: None)
    ids = [row["预警编号"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "就业转失业"]
    assert len(ids) == 2
    answer = {"outcome": "属实", "checked_on": str(FIRST), "service": "", "served_on": ""}
    helped = answer | {"service": "职业介绍", "served_on": str(FIRST)}
    answers = [answer | {"warning_id": ids[0]}, helped | {"warning_id": ids[1]}]
    deliver(county, "feedback", answers, FIRST + timedelta(days=1))
    run(county, later, later, lambda _: None)
    [helped_list] = re.findall(r"【帮扶】.*?条；.*?。(.*)", "".join(words(county, COUNTY, later)), re.S)
    assert helped_list.startswith("上次运行以来已消除 0 条，期限已过而移出 2 条（其中 1 条已核实属实而没有帮扶记录")
    stories = [explain(county, warning) for warning in ids]
    assert "已核实属实，未见帮扶或处置" in stories[0] and "移出日期" in stories[0]
    assert "已核实属实，已帮扶或处置" in stories[1]
