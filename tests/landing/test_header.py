"""Headers are found in whatever order and spelling offices write them, and deliveries among other files."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.feeds import DEATHS, FEEDS
from pipelines.landing.deliveries import deliveries, passed_over
from pipelines.landing.header import find_header
from pipelines.landing.rejection import Rejected
from pipelines.landing.table import open_table
from pipelines.settings import Settings

PLAIN = ["证件号码", "姓名", "死亡日期", "信息来源"]


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS.keys())
def test_every_name_of_a_column_will_do(feed):
    longest = max(len(column.aliases) for column in feed.columns) + 2
    for i in range(longest):
        cells = [[c.name, c.chinese, *c.aliases][i % (2 + len(c.aliases))] for c in feed.columns]
        header = find_header(feed, [cells])
        assert header.positions == {column.name: at for at, column in enumerate(feed.columns)}
        assert not header.notes


@pytest.mark.parametrize(
    "cell", ["*姓名", "姓 名", " 姓名（必填）", "姓名(必填)", "姓\n名", "NAME", "Ｎａｍｅ", "姓名＊"]
)
def test_marks_case_and_spaces_of_a_header_do_not_matter(cell):
    assert find_header(DEATHS, [["证件号码", cell, "死亡日期", "信息来源"]]).positions["name"] == 1


def test_unknown_and_second_columns_are_noted_by_their_place_only():
    header = find_header(DEATHS, [["title"], ["序号", *PLAIN, "张三", "", "name"]])
    assert header.row == 2
    assert header.positions == {"id_number": 1, "name": 2, "died_on": 3, "source": 4}
    assert [note.split(":")[0] for note in header.notes] == ["第1列", "第6列", "第8列"]
    assert "张三" not in str(header.notes)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_the_one_with_which_there_is_a_header(tmp_path: Path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text("a,b;c\td\n" + delimiter.join(PLAIN) + "\n1,2;3\t4\n", encoding="utf-8-sig")
    table = open_table(path, DEATHS)
    assert table.header.row == 2
    assert [row for b in table.batches for row in b.delivered(range(len(b.rows)))] == ["1,2;3\t4".split(delimiter)]


def test_what_the_header_lacks_is_said(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("证件号码;姓名\n340123,张三\n", encoding="utf-8")
    with pytest.raises(Rejected, match=r"lacks 死亡日期、信息来源\.") as rejection:
        open_table(path, DEATHS)
    assert "张三" not in str(rejection.value)


def test_the_header_most_like_one_is_looked_for_with_every_delimiter(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("title\n" * 9 + "证件号码;姓名;死亡日期\n", encoding="utf-8")
    with pytest.raises(Rejected, match=r"lacks 信息来源\."):
        open_table(path, DEATHS)


def test_what_is_a_delivery(tmp_path: Path):
    for name in (
        *("deaths/2025-06-01/b.CSV", "deaths/2025-06-01/a.pdf", "deaths/2025-06-01/名单[1].csv"),
        *("deaths/2025-06-01/.x.csv", "deaths/2025-06-01/~$a.xlsx", "deaths/2025-06-01/c.csv.PART"),
        *("deaths/2025-06-01/d.tmp", "deaths/2025-06-01/folder/e.csv", "deaths/f.csv", "deaths/2025-02-30/g.csv"),
        *("deaths/20250601/h.csv", "unknown/2025-06-01/i.csv", "deaths/2025-06-02/j.csv"),
    ):
        path = tmp_path / "landing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = list(deliveries(Settings(tmp_path, tmp_path, b"k"), date(2025, 6, 1)))
    assert [(feed, day.isoformat(), sorted(files)) for feed, day, files in found] == [
        ("deaths", "2025-06-01", ["a.pdf", "b.CSV", "名单[1].csv"])
    ]
    (tmp_path / "landing" / "张三.csv").touch()
    assert [line.split(" not read")[0] for line in passed_over(tmp_path / "landing")] == [
        "landing holds files that are",
        "landing/deaths holds files that are",
        "landing/deaths/2025-02-30 is",
        "landing/deaths/2025-06-01 holds folders that are",
        "landing/deaths/20250601 is",
        "landing/unknown is",
    ]
