"""The sheet 交回未用: what came back and is not used as it was meant is told until it is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from worlds.county import COUNTY, deliver, founded, person
from worlds.county import DAY as FIRST
from worlds.county import row as cells
from worlds.opening import DAY, listed, opened, sheet
from worlds.returning import exported, returned, statuses, told, unused

from pipelines.main_job import run
from pipelines.report import unknown_answers


def test_what_could_not_be_used_is_listed_in_the_next_workbook_until_it_is_mended(copied) -> None:
    ids = [row["预警编号"] for row in listed(copied, COUNTY)][:5]
    back, mended = DAY + timedelta(days=1), DAY + timedelta(days=2)
    good = {"outcome": "属实", "checked_on": str(DAY)}
    rows = [
        good | {"warning_id": ids[0], "outcome": "也许"},
        good | {"warning_id": ids[1], "checked_on": "6月4日"},
        good | {"warning_id": "WAAAAAAAAAAAA0"},
        good | {"warning_id": ids[2], "checked_on": "2025-05-01"},
        good | {"warning_id": ids[3], "checked_on": "2025-07-01"},
        good | {"warning_id": ids[4], "service": "职业介绍"},
        good | {"warning_id": ""},
    ]
    staged = returned(copied, back, rows)
    assert unused(copied, back) == [
        (2, "核查结果", "也许"),
        (3, "核查日期", "6月4日"),
        (4, "预警编号", "WAAAAAAAAAAAA0"),
        (5, "核查日期", "2025-05-01"),
        (6, "核查日期", "2025-07-01"),
        (7, "服务日期", ""),
        (8, "预警编号", ""),
    ]
    told = {row[2]: row for row in sheet(copied, COUNTY, "交回未用", back)[3:]}
    assert told[2][4:6] == [listed(copied, COUNTY)[0]["预警事项"], listed(copied, COUNTY)[0]["姓名"]]
    assert "填“属实”“不属实”之一" in told[2][8] and "写成2025-06-04的样子" in told[3][8]
    said = [str(cell) for row in sheet(copied, COUNTY, "说明", back) for cell in row]
    assert any("7 行没有用上或需要核对" in text for text in said)
    assert "交回未用" not in CalamineWorkbook.from_filelike(opened(copied, "340828", back)).sheet_names
    [line] = unknown_answers(copied, back, staged)
    assert line.startswith(f"feedback {back} file 1: 1 warning IDs that nobody knows")
    assert unknown_answers(copied, back, []) == []
    status = statuses(copied, back)
    assert [status[warning] for warning in ids] == ["open", "open", "open", "confirmed", "confirmed"]

    returned(copied, mended, [good | {"warning_id": ids[0]}, good | {"warning_id": ids[2], "outcome": "不属实"}])
    assert [number for number, *_ in unused(copied, mended)] == [3, 4, 6, 7, 8]
    status = statuses(copied, mended)
    assert (status[ids[0]], status[ids[2]]) == ("confirmed", "dismissed")


def test_two_answers_to_one_warning_are_said_and_the_later_row_counts(copied) -> None:
    warning, back = listed(copied, COUNTY)[0]["预警编号"], DAY + timedelta(days=1)
    answer = {"warning_id": warning, "checked_on": str(DAY)}
    returned(copied, back, [answer | {"outcome": "不属实"}, answer | {"outcome": "属实"}, answer | {"outcome": "属实"}])
    assert unused(copied, back) == [(2, "核查结果", "不属实")]
    assert statuses(copied, back)[warning] == "confirmed"


def test_a_check_of_tomorrow_is_told_until_an_answer_that_counts_mends_it(copied) -> None:
    row = next(row for row in listed(copied, COUNTY) if row["失业起始"])
    warning, days = row["预警编号"], [DAY + timedelta(days=n) for n in (1, 2, 3, 40)]
    far = str(DAY + timedelta(days=365))
    wrong = {"warning_id": warning, "outcome": "不属实", "checked_on": far}
    returned(copied, days[0], [wrong])
    assert [row[3:8] for row in sheet(copied, COUNTY, "交回未用", days[0])[3:]] == [
        [warning, row["预警事项"], row["姓名"], "核查日期", far]
    ]
    returned(copied, days[1], [wrong | {"outcome": "属实", "checked_on": str(days[1])}])
    assert statuses(copied, days[1])[warning] == "dismissed"
    assert "同一核查日期" in told(copied, days[1])[warning]
    run(copied, days[3], days[3], lambda _: None)
    assert warning in told(copied, days[3])
    returned(copied, days[2], [wrong | {"outcome": "属实"}])
    assert statuses(copied, days[2])[warning] == "confirmed"
    assert row["姓名"] in {row[5] for row in sheet(copied, COUNTY, "交回未用", days[2])[3:]}


def test_a_service_that_can_not_be_right_is_told(copied) -> None:
    lost = [row for row in listed(copied, COUNTY) if row["失业起始"] and row["清单"] == "帮扶"]
    ids = [row["预警编号"] for row in lost][:4]
    back = DAY + timedelta(days=1)
    answer = {"outcome": "属实", "checked_on": str(DAY), "service": "职业介绍"}
    day_before = str(lost[0]["失业起始"] - timedelta(days=1))
    rows = [
        answer | {"warning_id": ids[0], "served_on": day_before},
        answer | {"warning_id": ids[1], "served_on": str(back + timedelta(days=1))},
        answer | {"warning_id": ids[2], "outcome": "不属实", "served_on": str(DAY)},
        answer | {"warning_id": ids[3], "served_on": str(DAY)},
    ]
    returned(copied, back, rows)
    said = told(copied, back)
    assert list(said) == ids[:3]
    assert ["早于失业起始日" in said[ids[0]], "晚于交回日期" in said[ids[1]], "措施没有计入" in said[ids[2]]] == [
        True
    ] * 3
    status = statuses(copied, back)
    assert [status[warning] for warning in ids] == ["served", "confirmed", "dismissed", "served"]


def test_two_files_of_a_day_that_say_otherwise_are_told(copied) -> None:
    warning, back = listed(copied, COUNTY)[0]["预警编号"], DAY + timedelta(days=1)
    landing = copied.landing / "feedback" / back.isoformat()
    landing.mkdir(parents=True)
    for name, outcome in (("a", "属实"), ("b", "不属实")):
        (landing / f"{name}.csv").write_text(
            f"预警编号,核查结果,核查日期\n{warning},{outcome},{DAY}\n", encoding="utf-8"
        )
    run(copied, back, back, lambda _: None)
    assert statuses(copied, back)[warning] == "dismissed"
    assert "填了两种结果" in told(copied, back)[warning]


def test_an_old_file_that_is_sent_once_more_is_told(copied) -> None:
    warning = listed(copied, COUNTY)[0]["预警编号"]
    days = [DAY + timedelta(days=n) for n in (1, 2, 3)]
    old = {"warning_id": warning, "outcome": "不属实", "checked_on": str(DAY)}
    for day, answer in zip(days, (old, old | {"outcome": "属实"}, old), strict=True):
        returned(copied, day, [answer])
    assert [statuses(copied, day)[warning] for day in days] == ["dismissed", "confirmed", "dismissed"]
    assert [list(told(copied, day)) for day in days] == [[], [], [warning]]


def test_answers_that_slipped_into_another_row_are_told(copied) -> None:
    rows = [row for row in listed(copied, COUNTY) if row["失业起始"]]
    [one, other] = [rows[0], next(row for row in rows if row["姓名"] != rows[0]["姓名"])]
    homes = [row for row in listed(copied, COUNTY) if row["预警事项"] == "有劳动力无务工户"]
    back, answer = DAY + timedelta(days=1), {"outcome": "不属实", "checked_on": str(DAY)}
    returned(
        copied,
        back,
        [
            answer | {"warning_id": one["预警编号"], "name": other["姓名"]},
            answer | {"warning_id": other["预警编号"], "name": f" {other['姓名']} "},
            answer | {"warning_id": homes[0]["预警编号"], "name": homes[0]["姓名"]},
        ],
    )
    assert list(told(copied, back)) == [one["预警编号"]]
    assert statuses(copied, back)[one["预警编号"]] == "dismissed"


def test_of_a_held_file_every_answer_is_told(copied) -> None:
    good, back = [row["预警编号"] for row in listed(copied, COUNTY)][:60], DAY + timedelta(days=1)
    answer = {"outcome": "属实", "checked_on": str(DAY)}
    rows = [answer | {"warning_id": warning} for warning in good]
    rows += [answer | {"warning_id": f"W{number:013}", "checked_on": "6.5"} for number in range(70)]
    returned(copied, back, rows)
    assert {statuses(copied, back)[warning] for warning in good} == {"open"}
    said = told(copied, back)
    assert all("暂缓使用" in said[warning] for warning in good)
    assert len(said) == len(rows)


def test_a_row_that_a_later_one_of_the_file_puts_right_need_not_be_filled_in_again(copied) -> None:
    warning, back = listed(copied, COUNTY)[0]["预警编号"], DAY + timedelta(days=1)
    answer = {"warning_id": warning, "outcome": "属实", "checked_on": str(DAY)}
    returned(copied, back, [answer | {"checked_on": "6月4日"}, answer])
    assert unused(copied, back) == []
    assert statuses(copied, back)[warning] == "confirmed"


def test_an_answer_to_a_warning_that_ended_and_stands_again_is_told(tmp_path) -> None:
    county = founded(tmp_path / "home")
    days = [FIRST + timedelta(days=number) for number in range(5)]
    for day, died_on in zip(days, ("2025-06-01", "2100-01-01", "2025-06-01"), strict=False):
        deliver(county, "deaths", [cells("deaths", 1, died_on=died_on)], day)
        run(county, day, day, lambda _: None)
    by_status = {status: warning for warning, status in statuses(county, days[2]).items()}
    old, new = by_status["resolved"], by_status["open"]
    answer = {"warning_id": old, "outcome": "不属实", "checked_on": str(days[3])}
    returned(county, days[3], [answer])
    assert statuses(county, days[3])[new] == "open"
    assert "旧编号" in told(county, days[3])[new]
    returned(county, days[4], [answer | {"warning_id": new}])
    assert told(county, days[4]) == {}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"outcome": "不属实", "checked_on": str(FIRST + timedelta(days=1))}, "dismissed"),
        # A mistyped date of a check makes nothing of what came after it known before.
        ({"outcome": "不属实", "checked_on": str(FIRST + timedelta(days=19))}, "dismissed"),
        (
            {"outcome": "属实", "checked_on": str(FIRST), "service": "职业介绍", "served_on": str(FIRST)},
            "served",
        ),
    ],
)
def test_work_lost_after_an_answer_that_still_counts_is_told(tmp_path, answer, status) -> None:
    county = founded(tmp_path / "home")
    days = [FIRST + timedelta(days=number) for number in (0, 1, 20, 40)]
    deliver(county, "posts", [cells("posts", number, post_no=f"岗{number}") for number in range(9, 41)])
    # Another's open record keeps the feed from having stopped.
    other = cells("employment", 9, record_no="R9")
    for day, ended_on in ((days[0], "2025-06-10"), (days[2], "2025-07-03")):
        record = cells("employment", 8, record_no=f"R{day}", started_on="2025-01-01", ended_on=ended_on)
        deliver(county, "employment", [record, other], day)
    deliver(county, "employment", [other], days[3])
    run(county, days[0], days[0], lambda _: None)
    [warning] = [w["warning_id"] for w in exported(county, days[0]) if w["rule"] == "job_lost"]
    returned(county, days[1], [answer | {"warning_id": warning}])
    assert "又失去工作" not in told(county, days[1]).get(warning, "")
    for day in days[2:]:
        run(county, day, day, lambda _: None)
        assert statuses(county, day)[warning] == status
        assert "又失去工作" in told(county, day)[warning]


def test_an_answer_with_anothers_name_is_told_of_a_holder_outside_the_registry_too(tmp_path) -> None:
    county = founded(tmp_path / "home")
    deliver(county, "posts", [cells("posts", number, post_no=f"岗{number}") for number in range(1, 43)])
    run(county, FIRST, FIRST, lambda _: None)
    found = {row["姓名"]: row["预警编号"] for row in listed(county, COUNTY, FIRST)}
    one, other = (person(number)["name"] for number in (41, 42))
    assert {one, other} <= found.keys()
    back, answer = FIRST + timedelta(days=1), {"outcome": "不属实", "checked_on": str(FIRST)}
    returned(
        county,
        back,
        [answer | {"warning_id": found[one], "name": other}, answer | {"warning_id": found[other], "name": other}],
    )
    assert list(told(county, back)) == [found[one]]


def lost_of(county, numbers) -> dict[int, str]:
    """The IDs of the warnings of those who lost work, after a run of the first day."""
    deliver(county, "posts", [cells("posts", n, post_no=f"岗{n}") for n in range(1, 41) if n not in numbers])
    deliver(county, "employment", [cells("employment", n, record_no=f"R{n}", ended_on="2025-06-10") for n in numbers])
    run(county, FIRST, FIRST, lambda _: None)
    ids = {row["姓名"]: row["预警编号"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "就业转失业"}
    return {number: ids[person(number)["name"]] for number in numbers}


def test_an_answer_of_an_earlier_check_than_the_one_that_counts_is_told_and_nothing_else_said_of_it(tmp_path) -> None:
    county = founded(tmp_path / "home")
    ids = lost_of(county, range(1, 7))
    days = [FIRST + timedelta(days=n) for n in range(5)]
    served = {"service": "职业介绍", "served_on": str(days[1])}
    plain = {"service": "", "served_on": ""}
    first = {1: "不属实", 2: "不属实", 3: "属实", 4: "属实", 5: "属实"}
    rows = [{"warning_id": ids[n], "outcome": said, "checked_on": str(days[2])} | plain for n, said in first.items()]
    returned(county, days[2], rows)
    earlier = [
        {"warning_id": ids[1], "outcome": "属实"} | served | {"served_on": ""},
        {"warning_id": ids[2], "outcome": "属实"} | served,
        {"warning_id": ids[3], "outcome": "属实"} | served,
        {"warning_id": ids[4], "outcome": "不属实"} | served,
        {"warning_id": ids[5], "outcome": "属实"} | plain,  # says what counts anyhow
        {"warning_id": ids[6], "outcome": "属实"} | plain,
    ]
    returned(county, days[3], [row | {"checked_on": str(days[1])} for row in earlier])
    said = told(county, days[3])
    assert set(said) == {ids[n] for n in (1, 2, 3, 4)}
    assert all("早于已计入的核查结果" in text and "没有计入" in text for text in said.values())
    assert statuses(county, days[3])[ids[3]] == "confirmed"
    # Told once more with a date that counts, there is nothing left to say.
    mended = {"warning_id": ids[3], "outcome": "属实", "checked_on": str(days[2])} | served
    returned(county, days[4], [mended])
    assert ids[3] not in told(county, days[4]) and ids[1] in told(county, days[4])
    assert statuses(county, days[4])[ids[3]] == "served"


def test_what_is_missing_of_the_answer_that_counts_is_told_though_an_older_check_follows_it(tmp_path) -> None:
    county = founded(tmp_path / "home")
    [warning] = lost_of(county, [1]).values()
    days = [FIRST + timedelta(days=n) for n in range(3)]
    answer = {"warning_id": warning, "outcome": "属实", "service": "", "checked_on": str(days[1])}
    returned(county, days[2], [answer | {"service": "职业介绍", "checked_on": str(days[2])}, answer])
    rows = sheet(county, COUNTY, "交回未用", days[2])[3:]
    assert [(row[2], row[8][:11]) for row in rows] == [(2, "措施和服务日期只填了一"), (3, "核查日期早于已计入的核")]


@pytest.mark.parametrize("same_day", [True, False])
def test_help_that_a_second_copy_lacks_is_told(tmp_path, same_day) -> None:
    county = founded(tmp_path / "home")
    [warning] = lost_of(county, [1]).values()
    days = [FIRST + timedelta(days=n) for n in range(3)]
    answer = {"warning_id": warning, "outcome": "属实", "checked_on": str(days[1])}
    helped = answer | {"service": "职业介绍", "served_on": str(days[1])}
    deliver(county, "feedback", [helped], days[1] if not same_day else days[2], "a.csv")
    deliver(county, "feedback", [answer | {"service": "", "served_on": ""}], days[2], "b.csv")
    for day in days[1:]:
        run(county, day, day, lambda _: None)
    assert statuses(county, days[2])[warning] == "confirmed"
    assert "没有措施" in told(county, days[2])[warning]


def test_a_name_that_was_corrected_since_is_not_anothers(tmp_path) -> None:
    county = founded(tmp_path / "home")
    ids = lost_of(county, [1, 2])
    later, new = FIRST + timedelta(days=2), {"name": "章七"}
    names = {1: new, 2: {}}
    registry = [cells("registry", n, household_no=f"户{n}") | names.get(n, {}) for n in range(1, 41)]
    deliver(county, "registry", registry, later)
    lost = [cells("employment", n, record_no=f"R{n}", ended_on="2025-06-10") | names[n] for n in (1, 2)]
    deliver(county, "employment", lost, later)
    answer = {"outcome": "属实", "checked_on": str(FIRST)}
    as_sent = [answer | {"warning_id": ids[1], "name": person(1)["name"]}]
    anothers = [answer | {"warning_id": ids[2], "name": person(3)["name"]}]
    returned(county, later, as_sent + anothers)
    assert list(told(county, later)) == [ids[2]]


def test_help_before_a_post_was_left_is_no_fault_of_a_warning_about_pay(tmp_path) -> None:
    county = founded(tmp_path / "home")
    posts = [cells("posts", n, post_no=f"岗{n}") for n in range(1, 41)]
    posts[0] |= {"off_post_on": "2025-06-10"}
    deliver(county, "posts", posts)
    deliver(county, "subsidies", [cells("subsidies", 2, payment_no="支1", post_no="岗2", period="2025-04")])
    run(county, FIRST, FIRST, lambda _: None)
    unpaid = [row for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "在岗未发补贴"]
    [warning] = [row["预警编号"] for row in unpaid if row["姓名"] == person(1)["name"]][:1]
    back = FIRST + timedelta(days=1)
    answer = {"outcome": "属实", "checked_on": str(back), "service": "其他", "served_on": "2025-06-09"}
    returned(county, back, [answer | {"warning_id": warning}])
    assert told(county, back) == {}
