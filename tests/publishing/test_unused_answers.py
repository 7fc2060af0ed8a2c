"""The sheet 交回未用: what came back and is not used as it was meant is told until it is mended."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from worlds.county import COUNTY, Stories, deliver, lost, person, post, quietly
from worlds.county import DAY as FIRST
from worlds.county import row as cells
from worlds.opening import DAY, listed, opened, sheet
from worlds.returning import returned, statuses, told, unused

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


def test_of_a_held_file_every_answer_is_told(copied) -> None:
    good, back = [row["预警编号"] for row in listed(copied, COUNTY)][:60], DAY + timedelta(days=1)
    answer = {"outcome": "属实", "checked_on": str(DAY)}
    rows = [answer | {"warning_id": warning} for warning in good]
    rows += [answer | {"warning_id": f"W{number:013}", "checked_on": "6.5"} for number in range(70)]
    returned(copied, back, rows)
    status, said = statuses(copied, back), told(copied, back)
    assert {status[warning] for warning in good} == {"open"}
    assert all("暂缓使用" in said[warning] for warning in good)
    assert len(said) == len(rows)


#: The days on which the stories below go on, counted from the first.
DAYS = (0, 1, 2, 3, 4, 20, 40)

STORIES = Stories(range(1, 60))
NOBODYS = (60, 61)  # on a post, and not in the registry

LOST = "就业转失业"


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


class Answers:
    """The answers of the stories, and what became of them. A warning is named by a person and a title."""

    def __init__(self) -> None:
        self._said: dict[tuple[int, str], list[tuple[int, str, int, dict[str, str]]]] = defaultdict(list)

    def say(self, on: int, number: int, title: str = LOST, *, file: str = "a.csv", of: int = 0, **said: str) -> None:
        """Have an answer come on a day, about the warning that the list of the day `of` has."""
        answer = {"outcome": "属实", "checked_on": str(FIRST), "service": "", "served_on": "", "name": ""}
        self._said[on, file].append((number, title, of, answer | said))

    def play(self, home: Path) -> Answers:
        """Run the stories day by day; answers come when their warnings are known."""
        self.settings = STORIES.founded(home)
        self._ids, self._told, self._statuses = map(cache, (self._list, self._sheet, self._export))
        for on in DAYS:
            for (_, file), said in sorted(entry for entry in self._said.items() if entry[0][0] == on):
                rows = [{"warning_id": self.id(number, title, of)} | more for number, title, of, more in said]
                deliver(self.settings, "feedback", rows, day(on), file)
            quietly(self.settings, day(on))
        return self

    def id(self, number: int, title: str = LOST, of: int = 0) -> str:
        return self._ids(of)[person(number)["name"], title]

    def told(self, on: int, number: int, title: str = LOST, of: int = 0) -> str:
        """All that the sheet of a day says of answers to a warning, from the first file and row on."""
        return "\n".join(said for warning, said in self._told(on) if warning == self.id(number, title, of))

    def status(self, on: int, number: int, title: str = LOST, of: int = 0) -> str:
        return self._statuses(on)[self.id(number, title, of)]

    def _list(self, on: int) -> dict[tuple[str, str], str]:
        rows = reversed(listed(self.settings, COUNTY, day(on)))
        return {(row["姓名"], row["预警事项"]): row["预警编号"] for row in rows}

    def _sheet(self, on: int) -> list[tuple[str, str]]:
        if "交回未用" not in CalamineWorkbook.from_filelike(opened(self.settings, COUNTY, day(on))).sheet_names:
            return []
        rows = sheet(self.settings, COUNTY, "交回未用", day(on))[3:]
        return [(row[3], row[8]) for row in sorted(rows, key=lambda row: row[:3])]

    def _export(self, on: int) -> dict[str, str]:
        return statuses(self.settings, day(on))


ANSWERS = Answers()


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Answers:
    return ANSWERS.play(tmp_path_factory.mktemp("county") / "home")


# Others' open records keep the feed from having stopped.
for on in DAYS:
    STORIES.say(day(on), "employment", cells("employment", 59, record_no="R59"), name="b.csv")
STORIES.say(FIRST, "employment", *map(lost, range(1, 30)))

ANSWERS.say(1, 1, outcome="不属实")
ANSWERS.say(1, 1)
ANSWERS.say(1, 1)


def test_two_answers_to_one_warning_are_said_and_the_later_row_counts(county) -> None:
    [row] = [row for row in sheet(county.settings, COUNTY, "交回未用", day(1)) if row[3] == county.id(1)]
    assert (row[2], row[6], row[7]) == (2, "核查结果", "不属实") and row[8].endswith("。")
    assert county.status(1, 1) == "confirmed"


ANSWERS.say(1, 2, outcome="不属实", checked_on=str(day(365)))
ANSWERS.say(2, 2, checked_on=str(day(2)))
ANSWERS.say(20, 2, checked_on=str(day(365)))


def test_a_check_of_tomorrow_is_told_until_an_answer_that_counts_mends_it(county) -> None:
    [row] = [row for row in sheet(county.settings, COUNTY, "交回未用", day(1)) if row[3] == county.id(2)]
    assert row[4:8] == [LOST, person(2)["name"], "核查日期", str(day(365))]
    assert [county.status(on, 2) for on in (1, 2, 4)] == ["dismissed"] * 3
    assert "同一核查日期" in county.told(2, 2)
    assert county.told(4, 2)
    assert county.status(20, 2) == "confirmed"
    assert county.told(20, 2)


HELP = {"service": "职业介绍"}
ANSWERS.say(1, 3, **HELP, served_on="2025-06-09")
ANSWERS.say(1, 4, **HELP, served_on=str(day(2)))
ANSWERS.say(1, 5, **HELP, served_on=str(FIRST), outcome="不属实")
ANSWERS.say(1, 6, **HELP, served_on=str(FIRST))


def test_a_service_that_can_not_be_right_is_told(county) -> None:
    assert "早于失业起始日" in county.told(1, 3)
    assert "晚于交回日期" in county.told(1, 4)
    assert "措施没有计入" in county.told(1, 5)
    assert county.told(1, 6) == ""
    assert [county.status(1, number) for number in (3, 4, 5, 6)] == ["served", "confirmed", "dismissed", "served"]


ANSWERS.say(1, 7, file="a.csv")
ANSWERS.say(1, 7, file="b.csv", outcome="不属实")


def test_two_files_of_a_day_that_say_otherwise_are_told(county) -> None:
    assert county.status(1, 7) == "dismissed"
    assert "填了两种结果" in county.told(1, 7)


for on, outcome in ((1, "不属实"), (2, "属实"), (3, "不属实")):
    ANSWERS.say(on, 8, outcome=outcome)


def test_an_old_file_that_is_sent_once_more_is_told(county) -> None:
    assert [county.status(on, 8) for on in (1, 2, 3)] == ["dismissed", "confirmed", "dismissed"]
    assert [bool(county.told(on, 8)) for on in (1, 2, 3)] == [False, False, True]


ANSWERS.say(1, 9, outcome="不属实", name=person(10)["name"])
ANSWERS.say(1, 10, outcome="不属实", name=f" {person(10)['name']} ")
HOME = "有劳动力无务工户"
ANSWERS.say(1, 9, HOME, outcome="不属实", name=person(9)["name"])


def test_answers_that_slipped_into_another_row_are_told(county) -> None:
    assert county.told(1, 9)
    assert county.told(1, 10) == county.told(1, 9, HOME) == ""
    assert county.status(1, 9) == "dismissed"


ANSWERS.say(1, 11, checked_on="6月4日")
ANSWERS.say(1, 11)


def test_a_row_that_a_later_one_of_the_file_puts_right_need_not_be_filled_in_again(county) -> None:
    assert county.told(1, 11) == ""
    assert county.status(1, 11) == "confirmed"


DEAD = "死亡人员在岗"
STORIES.say(FIRST, "posts", post(31))
for on, died_on in enumerate(("2025-06-01", "2100-01-01", "2025-06-01")):
    STORIES.say(day(on), "deaths", cells("deaths", 31, died_on=died_on))
ANSWERS.say(3, 31, DEAD, outcome="不属实", checked_on=str(day(3)))
ANSWERS.say(4, 31, DEAD, of=2, outcome="不属实", checked_on=str(day(3)))


def test_an_answer_to_a_warning_that_ended_and_stands_again_is_told(county) -> None:
    assert (county.status(3, 31, DEAD), county.status(3, 31, DEAD, of=2)) == ("resolved", "open")
    assert "旧编号" in county.told(3, 31, DEAD, of=2)
    assert county.told(4, 31, DEAD, of=2) == ""


AGAIN = {
    32: ({"outcome": "不属实", "checked_on": str(day(1))}, "dismissed"),
    # A mistyped date of a check makes nothing of what came after it known before.
    33: ({"outcome": "不属实", "checked_on": str(day(19))}, "dismissed"),
    34: ({"outcome": "属实", **HELP, "served_on": str(FIRST)}, "served"),
}
for number, (said, _) in AGAIN.items():
    for on, ended_on in ((0, "2025-06-10"), (20, "2025-07-03")):
        STORIES.say(
            day(on), "employment", lost(number, record_no=f"R{number}-{on}", started_on="2025-01-01", ended_on=ended_on)
        )
    ANSWERS.say(1, number, **said)


@pytest.mark.parametrize("number", AGAIN)
def test_work_lost_after_an_answer_that_still_counts_is_told(county, number) -> None:
    assert "又失去工作" not in county.told(1, number)
    for on in (20, 40):
        assert county.status(on, number) == AGAIN[number][1]
        assert "又失去工作" in county.told(on, number)


for on, ended_on in ((0, "2025-06-10"), (20, "2025-07-03")):
    STORIES.say(day(on), "employment", lost(37, record_no=f"R37-{on}", started_on="2025-01-01", ended_on=ended_on))
ANSWERS.say(20, 37, checked_on=str(day(1)), **HELP, served_on="2025-07-05")


def test_help_after_the_newest_loss_is_help_for_it_whenever_it_was_checked(county) -> None:
    assert county.status(40, 37) == "served"
    assert county.told(40, 37) == ""


STRANGER = "非帮扶对象在岗"
STORIES.say(FIRST, "posts", *map(post, NOBODYS))
for number in NOBODYS:
    ANSWERS.say(1, number, STRANGER, outcome="不属实", name=person(NOBODYS[1])["name"])


def test_an_answer_with_anothers_name_is_told_of_a_holder_outside_the_registry_too(county) -> None:
    assert [bool(county.told(1, number, STRANGER)) for number in NOBODYS] == [True, False]


SERVED = HELP | {"served_on": str(day(1))}
for number, outcome in {12: "不属实", 13: "不属实", 14: "属实", 15: "属实", 16: "属实"}.items():
    ANSWERS.say(2, number, outcome=outcome, checked_on=str(day(2)))
EARLIER = {
    12: HELP,
    13: SERVED,
    14: SERVED,
    15: SERVED | {"outcome": "不属实"},
    16: {},  # says what counts anyhow
    17: {},
}
for number, said in EARLIER.items():
    ANSWERS.say(3, number, checked_on=str(day(1)), **said)
ANSWERS.say(4, 14, checked_on=str(day(2)), **SERVED)  # with a date that counts


def test_an_answer_of_an_earlier_check_than_the_one_that_counts_is_told_and_nothing_else_said_of_it(county) -> None:
    said = {number: county.told(3, number) for number in EARLIER}
    for number in (12, 13, 14, 15):
        [line] = said[number].splitlines()
        assert "早于已计入的核查结果" in line and "没有计入" in line
    assert said[16] == said[17] == ""
    assert county.status(3, 14) == "confirmed"
    assert county.told(4, 14) == "" and county.told(4, 12)
    assert county.status(4, 14) == "served"


ANSWERS.say(2, 18, checked_on=str(day(2)), **HELP)
ANSWERS.say(2, 18, checked_on=str(day(1)))


def test_what_is_missing_of_the_answer_that_counts_is_told_though_an_older_check_follows_it(county) -> None:
    missing, earlier = county.told(2, 18).splitlines()
    assert missing.startswith("措施和服务日期只填了一") and earlier.startswith("核查日期早于已计入的核")


ANSWERS.say(1, 19, checked_on=str(day(1)), **SERVED)
ANSWERS.say(2, 19, checked_on=str(day(1)))
ANSWERS.say(2, 20, checked_on=str(day(1)), **SERVED)
ANSWERS.say(2, 20, checked_on=str(day(1)), file="b.csv")


@pytest.mark.parametrize("number", [19, 20])
def test_help_that_a_second_copy_lacks_is_told(county, number) -> None:
    assert county.status(2, number) == "confirmed"
    assert "没有措施" in county.told(2, number)


NEW = {"name": "章七"}
STORIES.say(day(2), "registry", cells("registry", 21, household_no="户21") | NEW)
STORIES.say(day(2), "employment", lost(21) | NEW)
ANSWERS.say(2, 21, name=person(21)["name"])
ANSWERS.say(2, 22, name=person(23)["name"])


def test_a_name_that_was_corrected_since_is_not_anothers(county) -> None:
    assert county.told(2, 21) == ""
    assert county.told(2, 22)


UNPAID = "在岗未发补贴"
STORIES.say(FIRST, "posts", post(35, off_post_on="2025-06-10"), post(36))
STORIES.say(FIRST, "subsidies", cells("subsidies", 36, payment_no="支36", post_no="岗36", period="2025-04"))
ANSWERS.say(1, 35, UNPAID, checked_on=str(day(1)), service="其他", served_on="2025-06-09")


def test_help_before_a_post_was_left_is_no_fault_of_a_warning_about_pay(county) -> None:
    assert county.told(1, 35, UNPAID) == ""
