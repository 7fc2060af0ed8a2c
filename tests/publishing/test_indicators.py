"""The sheet 指标, of a small county whose numbers can be counted on the fingers."""

from __future__ import annotations

from datetime import date

import pytest
from worlds.county import COUNTY, deliver, row
from worlds.opening import sheet

from pipelines.exports import files, warnings
from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings

MAY, JUNE, DAY = date(2025, 5, 30), date(2025, 6, 2), date(2025, 6, 10)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Ten people: on posts 1 to 3, away 4 to 7, insured 8, without work since May 9, never at work 10."""
    settings = Settings(tmp_path_factory.mktemp("indicators"), CHECKOUT / "data" / "reference", b"a key for tests")
    registry = [row("registry", n, household_no=f"户{n}") for n in range(1, 11)]
    deliver(settings, "registry", registry, MAY)
    first = [row("posts", 1, post_no="岗1", on_post_from="2025-02-01", off_post_on="")]
    deliver(settings, "posts", first, MAY)
    more = [
        row("posts", 2, post_no="岗2", on_post_from="2025-05-20", off_post_on=""),
        row("posts", 3, post_no="岗3", on_post_from="2025-05-29", off_post_on="2025-12-31"),
    ]
    deliver(settings, "posts", [first[0] | {"off_post_on": "2025-05-31"}, *more], JUNE)
    work = {"updated_on": "2025-05-28", "record_no": "", "ended_on": ""}
    regions = {4: COUNTY, 5: "340403", 6: "320505", 7: "320102"}
    records = [row("employment", n, **work | {"record_no": f"记{n}", "work_region": r}) for n, r in regions.items()]
    # A newer record says where 7 is now.
    records.append(records[-1] | {"record_no": "记70", "work_region": "330106", "updated_on": "2025-05-29"})
    records.append(row("employment", 9, **work | {"record_no": "记9", "ended_on": "2025-05-11"}))
    deliver(settings, "employment", records, MAY)
    deliver(settings, "insurance", [row("insurance", 8, period="2025-05")], MAY)
    for day in (MAY, JUNE):
        run(settings, day, day, lambda _: None)
    [lost] = warnings(settings, JUNE).filter(rule="job_lost", key=registry[8]["id_number"])["warning_id"]
    answer = {"warning_id": lost, "outcome": "属实", "checked_on": "2025-06-03"}
    deliver(settings, "feedback", [answer | {"service": "职业介绍", "served_on": "2025-06-05"}], DAY)
    run(settings, DAY, DAY, lambda _: None)
    return settings


def rows_under(settings: Settings, header: str, day: date = DAY) -> list[list]:
    """The rows of the table whose first header this is."""
    rows = sheet(settings, COUNTY, "指标", day)
    [top] = [number for number, cells in enumerate(rows) if cells[0] == header]
    found = []
    for cells in rows[top + 1 :]:
        if cells[0] == "":
            break
        found.append([cell for cell in cells if cell != ""])
    return found


def test_scale_and_rate_are_compared_with_the_month_before(home) -> None:
    total = rows_under(home, "乡镇")[-1]
    # Two came onto posts, one left: six of ten at work in May, seven now.
    assert total[:8] == ["全县合计", 10, 7, 1, 1, 0.7, pytest.approx(0.1), pytest.approx(0.1)]


def test_a_first_run_date_has_nothing_to_be_compared_with(home) -> None:
    said = " ".join(str(cell) for cells in sheet(home, COUNTY, "指标", MAY) for cell in cells)
    assert "上月没有运行" in said and "本年没有更早的运行结果" in said


def test_workers_are_counted_by_place_of_work(home) -> None:
    found = {name: workers for name, workers, _ in rows_under(home, "务工地")}
    assert found == {
        "公益性岗位": 2, "本县": 1, "本市其他县区": 1, "江苏": 1, "浙江": 1, "只有单位参保记录": 1,
    }  # fmt: skip
    assert sum(found.values()) == rows_under(home, "乡镇")[-1][2]


def test_work_that_a_held_file_says_again_is_not_passed_over(tmp_path) -> None:
    settings = Settings(tmp_path, CHECKOUT / "data" / "reference", b"a key for tests")
    deliver(settings, "registry", [row("registry", 1)], MAY)
    work = row("employment", 1, record_no="记1", work_region="320505", updated_on="2025-05-28", ended_on="")
    deliver(settings, "employment", [work], MAY)
    broken = [work | {"record_no": f"记{n}", "id_number": "1"} for n in range(2, 150)]
    deliver(settings, "employment", [work | {"work_region": "330106"}, *broken], MAY, "b.csv")
    run(settings, MAY, MAY, lambda _: None)
    assert rows_under(settings, "务工地", MAY) == [["江苏", 1, 1]]


def test_a_held_ledger_leaves_others_in_its_file_to_count(tmp_path) -> None:
    settings = Settings(tmp_path, CHECKOUT / "data" / "reference", b"a key for tests")
    theirs = [row("posts", n, post_no=f"岗{n}", department="农业农村部门", off_post_on="") for n in range(1, 41)]
    ours = [row("posts", n, post_no=f"岗{n}", off_post_on="") for n in (41, 42)]
    deliver(settings, "registry", [row("registry", n) for n in range(1, 43)], MAY)
    deliver(settings, "posts", [*theirs, ours[0]], MAY)
    deliver(settings, "posts", [*theirs[:3], ours[0], ours[1] | {"on_post_from": "2025-05-20"}], JUNE)
    run(settings, JUNE, JUNE, lambda _: None)
    assert files(settings, JUNE).filter(feed="posts")["status"].to_list() == ["read", "held"]
    assert rows_under(settings, "开发主管部门", JUNE) == [["人社部门", 1, 13, 13, 0]]


def test_ledgers_are_as_late_as_their_first_delivery_of_a_movement(home) -> None:
    """What stood in the first ledger says nothing; an end that lies ahead is not late."""
    assert rows_under(home, "开发主管部门") == [["人社部门", 2, 8.5, 13, 2, 1, 2]]


def test_help_comes_so_many_days_after_the_loss(home) -> None:
    assert rows_under(home, "就业转失业") == [["近365天", 1, 24, 0]]
    said = [str(cells[0]) for cells in sheet(home, COUNTY, "指标", JUNE)]
    assert said[said.index("失业到帮扶") + 2] == "目前没有可以计算的记录。"


def test_who_left_a_post_is_followed(home) -> None:
    assert {cells[0]: [cells[2], *cells[-3:]] for cells in rows_under(home, "对照")[:2]} == {
        "上月末": [1, 1, 0, 1],
        "年初": [1, 1, 0, 1],
    }
