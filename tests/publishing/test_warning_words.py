"""What a warning says beside its rule's sentence, in 预警清单 and in `fanpin explain`: nothing that is not so."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from worlds.county import COUNTY, Stories, deliver, founded, lost, person, post, quietly
from worlds.county import DAY as FIRST
from worlds.county import row as cells
from worlds.opening import listed

from pipelines.explaining import explain
from pipelines.settings import Settings

NEXT, MUCH_LATER = FIRST + timedelta(days=1), FIRST + timedelta(days=30)

#: Stories of two days in a row, and those in which feeds have stopped by the second.
SOON, LATE = Stories(range(1, 60)), Stories(range(1, 60))

LOST, NOBODY_WORKS = "就业转失业", "有劳动力无务工户"


class Told:
    """What the list of warnings says of the people of the stories, date by date."""

    def __init__(self, settings: Settings, *days: date) -> None:
        self.settings = settings
        for day in days:
            quietly(settings, day)
        self.rows = cache(lambda day: listed(settings, COUNTY, day))

    def of(self, day: date, number: int, title: str) -> str | None:
        """What is said of a warning of this title about somebody; None where there is none."""
        found = [row["预警事由"] for row in self.rows(day) if self._is(row, number, title)]
        return found[0] if found else None

    def of_home(self, day: date, number: int) -> str | None:
        """The same of the warning that nobody of somebody's household works."""
        found = {row["户编号"]: row["预警事由"] for row in self.rows(day) if row["预警事项"] == NOBODY_WORKS}
        return found.get(f"户{number}")

    def story(self, day: date, number: int, title: str) -> str:
        """What `fanpin explain` says of the warning."""
        return explain(self.settings, next(row["预警编号"] for row in self.rows(day) if self._is(row, number, title)))

    @staticmethod
    def _is(row: dict, number: int, title: str) -> bool:
        return (row["预警事项"], row["姓名"]) == (title, person(number)["name"])


@pytest.fixture(scope="module")
def soon(tmp_path_factory) -> Told:
    return Told(SOON.founded(tmp_path_factory.mktemp("soon")), FIRST, NEXT)


@pytest.fixture(scope="module")
def late(tmp_path_factory) -> Told:
    return Told(LATE.founded(tmp_path_factory.mktemp("late")), FIRST, MUCH_LATER)


def works(number: int, **more: str) -> dict:
    return cells("employment", number, record_no=f"R{number}") | more


SOON.say(FIRST, "posts", *(post(n, contract_to="2025-06-30") for n in (1, 2)))
SOON.say(FIRST, "deaths", cells("deaths", 1))


def test_nobody_is_sent_to_the_dead(soon) -> None:
    dead, living = (soon.of(FIRST, number, "协议即将到期") for number in (1, 2))
    assert "已去世：请先核实死亡信息" in dead and "已去世" not in living
    assert "请先核实死亡信息" not in soon.of(FIRST, 1, "死亡人员在岗")


OFF = {3: "死亡", 4: "个人原因", 5: ""}
SOON.say(FIRST, "posts", *(post(n, off_post_on="2025-06-10", off_reason=why) for n, why in OFF.items()))
STOPPED = {"period": "2025-06", "state": "终止缴费"}
SOON.say(FIRST, "insurance", cells("insurance", 6, **STOPPED, scheme="失业保险", stop_reason=""))
SOON.say(FIRST, "insurance", cells("insurance", 6, **STOPPED, scheme="企业养老", stop_reason="到龄退休"))


def test_who_is_said_to_have_died_or_retired_is_not_asked_for_work_first(soon) -> None:
    dead, left, silent, pensioner = (soon.of(FIRST, number, LOST) for number in (3, 4, 5, 6))
    assert "记载的原因是死亡" in dead and "核实本人是否已去世，不要先联系本人" in dead
    assert "记载的原因是退休" in pensioner and "是否已退休" in pensioner and "去世" not in pensioner
    assert left == silent and "记载的原因" not in left


OTHERWISE = {17: "父亲去世返乡照料", 18: "未到退休年龄，自愿退岗", 19: "因病亡故"}
OTHERWISE |= {26: "本人因故离岗", 27: "公公去世", 28: "在职死亡（2025-06-09），停保", 29: "达到退休年龄，离岗"}
SOON.say(FIRST, "posts", *(post(n, off_post_on="2025-06-10", off_reason=why) for n, why in OTHERWISE.items()))
SOON.say(FIRST, "posts", post(20, off_post_on="2025-05-20", off_reason="死亡"))
SOON.say(FIRST, "employment", lost(20))


def test_what_is_said_of_another_is_not_read_as_said_of_the_holder(soon) -> None:
    of_father, too_young, dead, before = (soon.of(FIRST, number, LOST) for number in (17, 18, 19, 20))
    assert "记载的原因" not in of_father + too_young + soon.of(FIRST, 26, LOST) + soon.of(FIRST, 27, LOST)
    assert "记载的原因是死亡" in soon.of(FIRST, 28, LOST) and "记载的原因是退休" in soon.of(FIRST, 29, LOST)
    assert "记载的原因是死亡" in dead and "不要先联系本人" in dead
    assert "务工记录已结束，另有记录记载的原因是死亡" in before and "不要先联系本人" in before


SOON.say(FIRST, "employment", lost(21), lost(22), works(22, record_no="S22", name="章七"))
SOON.say(FIRST, "employment", lost(24), lost(25), works(24, record_no="S24", id_number="3.40422E+17"), name="b.csv")
SOON.say(FIRST, "deaths", cells("deaths", 21, died_on="2025-13-40"))
SOON.say(FIRST, "employment", lost(30))
SOON.say(FIRST, "deaths", cells("deaths", 30, died_on="2025-13-40", name="章九"))


def test_a_death_that_could_not_be_read_and_a_row_under_another_name_are_said(soon) -> None:
    unread, other = (soon.of(FIRST, number, LOST) for number in (21, 22))
    of_name, nothing = (soon.of(FIRST, number, LOST) for number in (24, 25))
    assert "：身份证号是本人的、姓名不同的《死亡信息》1行，" in soon.of(FIRST, 30, LOST)
    assert of_name == nothing + (
        f"（另有数据因填写有误没有采用：与本人同名、身份证号有误的《务工就业信息》1行，最近{FIRST}送达，请一并核对。）"
    )
    assert unread.endswith(f"（另有数据因填写有误没有采用：本人的《死亡信息》1行，最近{FIRST}送达，请一并核对。）")
    assert other.endswith("（另有身份证号是本人的、姓名不同的数据没有采用：《务工就业信息》1行，请一并核对。）")


SOON.say(FIRST, "posts", post(23))
SOON.say(FIRST, "subsidies", cells("subsidies", 23, payment_no="支23", post_no="岗23", period="2025-05"))
for source, died_on in (("民政", "2025-04-20"), ("公安", "2025-05-30")):
    SOON.say(FIRST, "deaths", cells("deaths", 23, source=source, died_on=died_on))


def test_a_report_of_a_later_death_is_named_beside_what_was_paid_after_the_earlier(soon) -> None:
    said = soon.of(FIRST, 23, "死亡后发放补贴")
    assert "已于2025-04-20去世（公安记载的死亡日期为2025-05-30，请一并核对）" in said


SOON.say(FIRST, "employment", lost(7), lost(8))
LATER = {"started_on": "2025-06-11", "updated_on": "昨天"}
SOON.say(FIRST, "employment", *(works(7, record_no=f"S{n}", **LATER) for n in (1, 2)), works(9), name="b.csv")
SOON.say(FIRST, "allowances", cells("allowances", 8, paid_on="昨天"))  # no rule about lost work reads this


def test_of_whom_a_row_could_not_be_read_it_is_said(soon) -> None:
    unread = f"（另有数据因填写有误没有采用：本人的《务工就业信息》2行，最近{FIRST}送达，请一并核对。）"
    assert soon.of(FIRST, 7, LOST) == soon.of(FIRST, 8, LOST) + unread
    told = f"{FIRST}送达的《务工就业信息》中，身份证号为本人的2行因填写有误没有采用"
    assert told in soon.story(FIRST, 7, LOST)
    assert "务工就业信息》中" not in soon.story(FIRST, 8, LOST)


HOMES = {11: "户12", 12: "户12", 13: "户14", 14: "户14"}
SOON.say(FIRST, "registry", *(cells("registry", n, household_no=home) for n, home in HOMES.items()))
UNREADABLE = {"labour": "普通劳力"}
SOON.say(NEXT, "registry", *(cells("registry", n, household_no=HOMES[n], **UNREADABLE) for n in (12, 14)))
SOON.say(FIRST, "employment", lost(11), works(12))
SOON.say(FIRST, "posts", post(13), post(14))
PAID = {"bank_account": "6217000000000001"}
SOON.say(FIRST, "subsidies", *(cells("subsidies", n, payment_no=f"支{n}", post_no=f"岗{n}", **PAID) for n in (13, 14)))


def test_of_a_household_of_whom_a_row_of_the_registry_could_not_be_read_it_is_said(soon) -> None:
    """Whom our own quarantine hides is neither gone from home nor a stranger."""
    shared = "多人共用银行账户"
    assert soon.of_home(FIRST, 12) is soon.of(FIRST, 13, shared) is soon.of(FIRST, 14, shared) is None
    told = f"的《脱贫人口和防止返贫监测对象名册》1行，最近{NEXT}送达，请一并核对。）"
    assert soon.of_home(NEXT, 12).endswith(f"（另有数据因填写有误没有采用：该户成员{told}")
    assert soon.of(NEXT, 13, shared).endswith(f"（另有数据因填写有误没有采用：同户成员{told}")
    assert soon.of(NEXT, 14, shared).endswith(f"（另有数据因填写有误没有采用：本人{told}")


SOON.say(FIRST, "posts", post(15))
REPORTED = {"2025-06-08": ("失业", "空岗"), "2025-06-12": ("返乡", "顶岗"), "2025-06-03": ("失业", "空岗")}
for on, kinds in REPORTED.items():
    reports = (cells("field_reports", 15, report_no=f"{on}{kind}", reported_on=on, kind=kind) for kind in kinds)
    SOON.say(FIRST, "field_reports", *reports)


def test_of_several_reports_the_newest_is_quoted(soon) -> None:
    assert soon.of(FIRST, 15, "基层上报失业返乡").startswith("基层走访于2025-06-12上报本人返乡，")
    assert soon.of(FIRST, 15, "基层上报空岗顶岗").startswith("基层走访于2025-06-12上报顶岗，")


OTHERS = {"name": "章七"}
SOON.say(FIRST, "posts", post(90), post(90, post_no="岗91") | OTHERS)
SOON.say(FIRST, "deaths", cells("deaths", 90) | OTHERS)


def test_of_one_id_number_with_two_names_the_story_says_whose_a_row_is(soon) -> None:
    story = soon.story(FIRST, 90, "非帮扶对象在岗")
    [death] = [line for line in story.splitlines() if "死亡（信息来源" in line]
    assert "姓名为章七" in death
    assert "已去世" not in soon.of(FIRST, 90, "非帮扶对象在岗")


PAID_MONTHS = [cells("insurance", 16, period=f"2025-0{month}") for month in range(1, 5)]
SOON.say(FIRST, "insurance", *PAID_MONTHS[:2])
SOON.say(NEXT, "insurance", cells("insurance", 16, period="2025-05", state="终止缴费"), *PAID_MONTHS[2:])


def test_months_that_came_with_several_deliveries_are_said_to_have(soon) -> None:
    [line] = [line for line in soon.story(NEXT, 16, LOST).splitlines() if "2025-01至2025-04每月" in line]
    assert line.endswith(f"[社会保险参保缴费，{FIRST}至{NEXT}送达，共4行]")


ELSEWHERE = {"village_code": "340825101001"}
LATE.say(FIRST, "registry", cells("registry", 61, household_no="户61", **ELSEWHERE))
LATE.say(MUCH_LATER, "registry", cells("registry", 1, household_no="户1", **ELSEWHERE))
LATE.say(FIRST, "employment", works(61, work_region="340102"), lost(1))
for day in (FIRST, MUCH_LATER):
    LATE.say(day, "posts", post(61))


def test_who_always_was_registered_elsewhere_has_not_moved(late) -> None:
    moved, stayed = late.of(MUCH_LATER, 1, LOST), late.of(MUCH_LATER, 61, "在岗期间外出务工")
    for said in (moved, stayed):
        assert f"（以上是{FIRST}的情况，数据此后可能有更正；现在无法重新判断" in said
    assert "本人已转到太湖县" in moved and "本人已转到" not in stayed
    assert "名册显示本人已转到太湖县" in late.story(MUCH_LATER, 1, LOST)


LATE.say(FIRST, "employment", works(10), lost(11), lost(12))
LATE.say(FIRST, "benefits", cells("benefits", 10, kind="失业保险金"))
LATE.say(MUCH_LATER, "registry", cells("registry", 11, household_no="户11", student="普通高中"))
LATE.say(MUCH_LATER, "registry", cells("registry", 12, household_no="户12", willing="否"))


def test_that_a_doubt_ran_out_is_no_news_and_what_the_registry_says_now_is(late) -> None:
    doubted, student, unwilling = (
        late.of(MUCH_LATER, number, title) for number, title in ((10, "疑似失业"), (11, LOST), (12, LOST))
    )
    assert "现在无法重新判断" in doubted and "已在岗或已就业" not in doubted
    assert "最新数据显示本人在校" in student
    assert "最新名册记载本人没有就业意愿" in unwilling


LATE.say(FIRST, "employment", *map(lost, (3, 4, 5)))
LATE.say(MUCH_LATER, "posts", post(4, on_post_from=str(FIRST + timedelta(days=5))))
LATE.say(MUCH_LATER, "deaths", cells("deaths", 3))


def test_a_feed_that_stopped_does_not_keep_what_is_known_since_from_the_officer(late) -> None:
    """Warnings that can't be judged stay, but not as if nothing else had come."""
    dead, at_work, nothing = (late.of(MUCH_LATER, number, LOST) for number in (3, 4, 5))
    assert all("现在无法重新判断" in text for text in (dead, at_work, nothing))
    assert "已去世" in dead
    assert "已在岗或已就业" in at_work
    assert nothing.endswith("。）") and "已在岗" not in nothing


# One works, as others say, and is said to have come home; the households of three others have nobody at work.
LATE.say(FIRST, "employment", works(6), *map(lost, (7, 8, 9)))
LATE.say(FIRST, "field_reports", cells("field_reports", 6, report_no="F6", kind="失业"))
LATE.say(MUCH_LATER, "posts", post(7, on_post_from=str(FIRST + timedelta(days=5))))
LATE.say(MUCH_LATER, "deaths", cells("deaths", 8))


def test_what_a_rule_rests_on_is_no_news_to_it_when_its_feed_stops(late) -> None:
    report = late.of(MUCH_LATER, 6, "基层上报失业返乡")
    assert "现在无法重新判断" in report and "已就业" not in report
    assert "户内已有成员在岗或已就业" in late.of_home(MUCH_LATER, 7)
    assert "户内已没有可以就业的成员" in late.of_home(MUCH_LATER, 8)
    nothing = late.of_home(MUCH_LATER, 9)
    assert nothing.endswith("。）") and "户内" not in nothing.rpartition("现在无法重新判断")[2]
    story = late.story(MUCH_LATER, 6, "基层上报失业返乡")
    assert "现在无法重新判断，预警先保留" in story and str(FIRST) in story


def test_a_cover_that_broke_off_where_a_file_was_not_used_is_said_to_be_no_more_than_that(tmp_path) -> None:
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=60)
    deliver(county, "posts", [post(number) for number in range(1, 41) if number != 7])
    deliver(county, "insurance", [cells("insurance", 7)])
    others = [cells("insurance", n, employer_no="单位2", period="2025-07") for n in (8, 9)]
    deliver(county, "insurance", others, later)
    before = Told(county, FIRST, later).of(later, 7, LOST)
    unusable = county.landing / "insurance" / later.isoformat() / "b.csv"
    unusable.write_text("not a table of contributions", encoding="utf-8")
    after = Told(county, later).of(later, 7, LOST)
    assert after == f"{before}（{later}送达的参保缴费文件有的没有采用，其中可能有本人此后的缴费，请先核对参保情况。）"
