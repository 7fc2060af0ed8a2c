"""The forms of the national system: who stands in them, and nothing in them that is not known."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook
from worlds.county import COUNTY, DAY, deliver, person, row

from pipelines.publishing.national import national
from pipelines.settings import CHECKOUT, FanpinError, Settings
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile

NEXT = DAY + timedelta(days=1)
MONTHLY = (
    "县 乡 行政村 户编号 证件号码 户类型 监测对象类别 是否已务工 开始时间 结束时间 务工所在县 务工企业名称 所属行业 "
    "就业渠道 年度交通费补助"
)
MONITORED = (
    "县 乡 村 户编号 证件号码 户类型 监测对象类别 风险是否已消除 识别监测时间 消除监测时间 风险消除方式 致贫/返贫风险1 "
    "致贫/返贫风险2 致贫/返贫风险3 致贫/返贫风险4 致贫/返贫风险5 就业帮扶 公益岗位帮扶 公益性岗位 公益性岗位(月数) "
    "务工所在地 劳动技能 与户主关系 在校生状况 文化程度 联系电话 年收入 人均纯收入 整户无劳动能力兜底保障户"
)


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A county on two run dates: some of its people work, or don't, on the second. Tests do not change it."""
    county = Settings(tmp_path_factory.mktemp("national"), CHECKOUT / "data" / "reference", b"a key for tests")
    posts = [row("posts", n, post_no=f"岗{n}") for n in range(1, 41) if n not in (1, 2, 3, 5)]
    deliver(county, "posts", posts)
    monitored = {"monitor_category": "脱贫不稳定户", "relation": "=户主", "student": "非在校生"}
    plain = dict.fromkeys(monitored, "")
    people = ((n, monitored if n in (2, 4) else plain) for n in range(1, 41))
    deliver(county, "registry", [row("registry", n, household_no=f"户{n}", **more) for n, more in people])
    work = {
        "employer_name": "大厂",
        "ended_on": "",
        "started_on": "2025-01-02",
        "updated_on": "2025-06-01",
        "work_region": "340102",
    }
    deliver(county, "employment", [row("employment", 2, record_no="录2", **work)])
    run(county, DAY)
    new = {"work_region": "330106", "started_on": "2025-06-17", "updated_on": "2025-06-17", "employer_name": "=1+1"}
    old = {"work_region": COUNTY, "started_on": "2024-01-01", "updated_on": "2024-06-01"}
    records = {
        1: row("employment", 1, record_no="录1", **work | new),
        2: row("employment", 2, record_no="录2", **work | {"ended_on": "2025-06-16"}),
        3: row("employment", 3, record_no="录3", **work | old),
    }
    deliver(county, "employment", list(records.values()), NEXT)
    posts.append(row("posts", 5, post_no="岗5", on_post_from="2025-06-17"))
    left = {"岗4": "2025-06-16"}
    deliver(county, "posts", [post | {"off_post_on": left.get(post["post_no"], "")} for post in posts], NEXT)
    pay = {"kind": "跨省交通补助", "paid_on": "2025-06-17", "status": "成功"}
    payments = [
        row("allowances", 1, payment_no="付1", **pay | {"amount": "300"}),
        row("allowances", 1, payment_no="付2", **pay | {"amount": "100.50"}),
        row("allowances", 1, payment_no="付3", **pay | {"amount": "500", "status": "退回"}),
        row("allowances", 1, payment_no="付4", **pay | {"amount": "500", "period": "2024-12"}),
        row("allowances", 6, payment_no="付5", **pay | {"amount": "70"}),
    ]
    deliver(county, "allowances", payments, NEXT)
    run(county, NEXT)
    return county


def run(settings, day: date) -> None:
    stage(settings, day)
    reconcile(settings, day)


def form(path) -> tuple[list[str], dict[str, dict]]:
    """The header of a workbook, and its rows by ID number with what is not empty in them."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert all(isinstance(cell, str) for row in rows for cell in row)
    filled = [{column: cell for column, cell in zip(header, row, strict=True) if cell} for row in rows]
    return header, {row["证件号码"]: row for row in filled}


def known(number: int, **more: str) -> dict[str, str]:
    village = f"{COUNTY}101001"
    place = {"县": "寿县", "行政村": village, "户编号": f"户{number}", "户类型": "脱贫户"}
    return place | {"证件号码": person(number)["id_number"]} | more


def test_whose_work_began_or_ended_stands_in_the_form_with_what_is_known(two_days, tmp_path) -> None:
    files = national(two_days, NEXT, tmp_path / "out", None)
    assert [path.name for path in files] == [f"{COUNTY}-务工月监测.xlsx", f"{COUNTY}-监测对象.xlsx"]
    header, rows = form(files[0])
    assert " ".join(header) == MONTHLY
    for found in rows.values():
        assert found.pop("乡")
    # 3 is stale: to be verified, so it is not said that they work; 5 took a post, which is another form's; 6 stays.
    began = {"是否已务工": "是", "开始时间": "2025-06-17", "务工所在县": "330106", "务工企业名称": "=1+1"}
    ended = {"是否已务工": "否", "开始时间": "2025-01-02", "结束时间": "2025-06-16", "务工企业名称": "大厂"}
    one = known(1, **began, 就业渠道="单位就业", 年度交通费补助="400.5")
    two = known(2, **ended, 就业渠道="单位就业", 务工所在县="瑶海区", 监测对象类别="脱贫不稳定户")
    four = known(4, 是否已务工="否", 监测对象类别="脱贫不稳定户")
    assert rows == {each["证件号码"]: each for each in (one, two, four)}


def test_of_monitored_people_only_what_feeds_say_is_filled_in(two_days, tmp_path) -> None:
    header, rows = form(national(two_days, NEXT, tmp_path / "out", None)[1])
    assert " ".join(header) == MONITORED
    for found in rows.values():
        del found["乡"]
    said = {"监测对象类别": "脱贫不稳定户", "风险是否已消除": "否", "劳动技能": "普通劳动力"}
    said |= {"与户主关系": "=户主", "在校生状况": "非在校生"}
    village = f"{COUNTY}101001"
    two, four = ({k: v for k, v in known(n, 村=village, **said).items() if k != "行政村"} for n in (2, 4))
    assert rows == {two["证件号码"]: two, four["证件号码"]: four | {"公益岗位帮扶": "否"}}


def test_a_longer_time_is_compared_as_asked(two_days, tmp_path) -> None:
    settings = replace(two_days, home=tmp_path / "home")
    shutil.copytree(two_days.home, settings.home, symlinks=True)
    later = NEXT + timedelta(days=1)
    run(settings, later)
    assert national(settings, later, tmp_path / "a", None) == []
    assert len(national(settings, later, tmp_path / "b", DAY)) == 2
    with pytest.raises(FanpinError, match="--since"):
        national(settings, later, tmp_path / "c", DAY - timedelta(days=1))


def test_a_record_that_nobody_confirmed_for_long_is_not_said_of_who_is_insured_elsewhere(two_days, tmp_path) -> None:
    settings = replace(two_days, home=tmp_path / "home")
    shutil.copytree(two_days.home, settings.home, symlinks=True)
    later = NEXT + timedelta(days=1)
    deliver(settings, "insurance", [row("insurance", 3, employer_name="新厂")], later)
    run(settings, later)
    _, rows = form(national(settings, later, tmp_path / "out", None)[0])
    [three] = rows.values()
    del three["乡"]
    assert three == known(3, 是否已务工="是", 务工企业名称="新厂")


def test_on_the_first_run_date_everybody_is_new(two_days, tmp_path) -> None:
    files = national(two_days, DAY, tmp_path / "out", None)
    _, rows = form(files[0])
    assert {row["是否已务工"] for row in rows.values()} == {"是", "否"}
    assert rows.keys() == {person(n)["id_number"] for n in (1, 2, 3, 5)}
    _, rows = form(files[1])
    assert rows[person(4)["id_number"]]["公益性岗位"] == "保洁员"


def test_what_came_since_the_day_was_run_is_not_said_before_it_is_run_again(two_days, tmp_path) -> None:
    settings = replace(two_days, home=tmp_path / "home")
    shutil.copytree(two_days.home, settings.home, symlinks=True)
    ended = {"started_on": "2025-06-01", "ended_on": "2025-06-16", "updated_on": "2025-06-17"}
    deliver(settings, "employment", [row("employment", 1, record_no="录1", **ended)], NEXT, "b.csv")
    stage(settings, NEXT)
    _, rows = form(national(settings, NEXT, tmp_path / "a", None)[0])
    assert person(1)["id_number"] not in rows
    reconcile(settings, NEXT)
    _, rows = form(national(settings, NEXT, tmp_path / "b", None)[0])
    assert rows[person(1)["id_number"]]["结束时间"] == "2025-06-16"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"started_on": "2025-13-01"},  # in quarantine
        {"started_on": "2025-13-01", "id_number": "34042219"},  # known by name alone
        {"name": "别名"},  # an identity conflict
    ],
)
def test_nobody_is_said_to_be_without_work_while_a_row_about_it_cannot_be_used(two_days, tmp_path, spoilt) -> None:
    settings = replace(two_days, home=tmp_path / "home")
    shutil.copytree(two_days.home, settings.home, symlinks=True)
    record = {"record_no": "录9", "started_on": "2025-06-17", "updated_on": "2025-06-17", "ended_on": ""}
    deliver(settings, "employment", [row("employment", 2, **record | spoilt)], NEXT, "b.csv")
    run(settings, NEXT)
    said: list[str] = []
    files = national(settings, NEXT, tmp_path / "out", None, said.append)
    assert person(2)["id_number"] not in {number for path in files for number in form(path)[1]}
    assert person(4)["id_number"] in form(files[0])[1]
    assert any(line.startswith("1 people who seem to have no work") for line in said)


def test_nobody_is_said_to_be_without_work_where_records_of_work_never_came(two_days, tmp_path) -> None:
    settings = replace(two_days, home=tmp_path / "home")
    deliver(settings, "registry", [row("registry", n) for n in (1, 2)])
    run(settings, DAY)
    assert national(settings, DAY, tmp_path / "out", None) == []


def test_the_files_are_their_users_alone_and_nothing_is_overwritten(two_days, tmp_path) -> None:
    out = tmp_path / "out"
    files = national(two_days, NEXT, out, None)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert out.stat().st_mode & 0o777 == 0o700
    with pytest.raises(FanpinError, match="holds something"):
        national(two_days, NEXT, out, None)


def test_a_day_that_was_not_run_is_said(two_days, tmp_path) -> None:
    with pytest.raises(FanpinError, match="fanpin run --date"):
        national(two_days, NEXT + timedelta(days=9), tmp_path / "out", None)
