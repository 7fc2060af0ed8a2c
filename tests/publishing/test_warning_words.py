"""What a warning says beside its rule's sentence, in 预警清单 and in `fanpin explain`: nothing that is not so."""

from __future__ import annotations

from datetime import timedelta

from worlds.county import COUNTY, deliver, founded, person
from worlds.county import DAY as FIRST
from worlds.county import row as cells
from worlds.opening import listed

from pipelines.explaining import explain
from pipelines.main_job import run


def test_nobody_is_sent_to_the_dead(tmp_path) -> None:
    county = founded(tmp_path / "home")
    posts = [cells("posts", number, post_no=f"岗{number}", contract_to="2025-06-30") for number in (1, 2)]
    deliver(county, "posts", posts)
    deliver(county, "deaths", [cells("deaths", 1)])
    run(county, FIRST, FIRST, lambda _: None)
    said = {row["姓名"]: row["预警事由"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "协议即将到期"}
    assert "已去世：请先核实死亡信息" in said[person(1)["name"]] and "已去世" not in said[person(2)["name"]]
    [red] = [row["预警事由"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "死亡人员在岗"]
    assert "请先核实死亡信息" not in red


def test_who_is_said_to_have_died_or_retired_is_not_asked_for_work_first(tmp_path) -> None:
    county = founded(tmp_path / "home")
    off = [("1", "死亡"), ("2", "个人原因"), ("3", "")]
    posts = [cells("posts", int(n), post_no=f"岗{n}", off_post_on="2025-06-10", off_reason=why) for n, why in off]
    deliver(county, "posts", [*posts, *(cells("posts", n, post_no=f"岗{n}") for n in range(5, 41))])
    stop = {"period": "2025-06", "state": "终止缴费"}
    retired = [
        cells("insurance", 4, **stop, scheme=s, stop_reason=w) for s, w in (("失业保险", ""), ("企业养老", "到龄退休"))
    ]
    deliver(county, "insurance", retired)
    run(county, FIRST, FIRST, lambda _: None)
    said = {row["姓名"]: row["预警事由"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "就业转失业"}
    dead, left, silent, pensioner = (said[person(n)["name"]] for n in (1, 2, 3, 4))
    assert "记载的原因是死亡" in dead and "核实本人是否已去世，不要先联系本人" in dead
    assert "记载的原因是退休" in pensioner and "是否已退休" in pensioner and "去世" not in pensioner
    assert left == silent and "记载的原因" not in left


def test_of_whom_a_row_could_not_be_read_it_is_said(tmp_path) -> None:
    county = founded(tmp_path / "home")
    deliver(county, "posts", [cells("posts", number, post_no=f"岗{number}") for number in range(3, 41)])
    deliver(county, "employment", [cells("employment", n, record_no=f"R{n}", ended_on="2025-06-10") for n in (1, 2)])
    later = [cells("employment", 1, record_no=f"S{n}", started_on="2025-06-11", updated_on="昨天") for n in (1, 2)]
    deliver(county, "employment", [*later, cells("employment", 9, record_no="R9")], name="b.csv")
    deliver(county, "allowances", [cells("allowances", 2, paid_on="昨天")])  # no rule about lost work reads this
    run(county, FIRST, FIRST, lambda _: None)
    said = {row["姓名"]: row["预警事由"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "就业转失业"}
    unread = f"（另有数据因填写有误没有采用：本人的《务工就业信息》2行，最近{FIRST}送达，请一并核对。）"
    assert said[person(1)["name"]] == said[person(2)["name"]] + unread
    ids = {row["姓名"]: row["预警编号"] for row in listed(county, COUNTY, FIRST) if row["预警事项"] == "就业转失业"}
    told = f"{FIRST}送达的《务工就业信息》中，本人有2行因填写有误没有采用"
    assert told in explain(county, ids[person(1)["name"]])
    assert "务工就业信息》中" not in explain(county, ids[person(2)["name"]])


def test_of_a_household_of_whom_a_row_of_the_registry_could_not_be_read_it_is_said(tmp_path) -> None:
    """Whom our own quarantine hides is neither gone from home nor a stranger."""
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=1)
    homes = {1: "甲", 2: "甲", 3: "乙", 4: "乙"}
    registry = [cells("registry", n, household_no=homes.get(n, f"户{n}")) for n in range(1, 41)]
    deliver(county, "registry", registry)
    deliver(county, "posts", [cells("posts", n, post_no=f"岗{n}") for n in range(3, 41)])
    records = [cells("employment", 1, record_no="R1", ended_on="2025-06-10"), cells("employment", 2, record_no="R2")]
    deliver(county, "employment", records)
    paid = [
        cells("subsidies", n, payment_no=f"支{n}", post_no=f"岗{n}", bank_account="6217000000000001") for n in (3, 4)
    ]
    deliver(county, "subsidies", paid)
    run(county, FIRST, FIRST, lambda _: None)
    assert not {"有劳动力无务工户", "多人共用银行账户"} & {row["预警事项"] for row in listed(county, COUNTY, FIRST)}
    unread = [row | ({"labour": "普通劳力"} if n in (2, 4) else {}) for n, row in enumerate(registry, start=1)]
    deliver(county, "registry", unread, later)
    run(county, later, later, lambda _: None)
    rows = listed(county, COUNTY, later)
    told = f"的《脱贫人口和防止返贫监测对象名册》1行，最近{later}送达，请一并核对。）"
    [home] = [row["预警事由"] for row in rows if row["预警事项"] == "有劳动力无务工户"]
    assert home.endswith(f"（另有数据因填写有误没有采用：该户成员{told}")
    shared = {row["姓名"]: row["预警事由"] for row in rows if row["预警事项"] == "多人共用银行账户"}
    assert shared[person(3)["name"]].endswith(f"（另有数据因填写有误没有采用：同户成员{told}")
    assert shared[person(4)["name"]].endswith(f"（另有数据因填写有误没有采用：本人{told}")


def test_who_always_was_registered_elsewhere_has_not_moved(tmp_path) -> None:
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=30)
    elsewhere = cells("registry", 41, household_no="户41", village_code="340825101001")
    deliver(county, "registry", [elsewhere], name="b.csv")
    posts = [cells("posts", n, post_no=f"岗{n}") for n in (*range(2, 41), 41)]
    for day in (FIRST, later):
        deliver(county, "posts", posts, day)
    deliver(county, "employment", [
        cells("employment", 41, record_no="R41", work_region="340102", ended_on=""),
        cells("employment", 1, record_no="R1", ended_on="2025-06-10"),
    ])  # fmt: skip
    run(county, FIRST, FIRST, lambda _: None)
    moved = [cells("registry", 1, household_no="户1", village_code="340825101001"), elsewhere]
    deliver(county, "registry", moved, later, "b.csv")
    deliver(county, "registry", [cells("registry", n, household_no=f"户{n}") for n in range(2, 41)], later)
    run(county, later, later, lambda _: None)
    said = {row["预警事项"]: row["预警事由"] for row in listed(county, COUNTY, later)}
    for what in ("就业转失业", "在岗期间外出务工"):
        assert f"（以上是{FIRST}的情况，数据此后可能有更正；现在无法重新判断" in said[what]
    assert "本人已转到太湖县" in said["就业转失业"]
    assert "本人已转到" not in said["在岗期间外出务工"]


def test_of_several_reports_the_newest_is_quoted(tmp_path) -> None:
    county = founded(tmp_path / "home")
    deliver(county, "posts", [cells("posts", number, post_no=f"岗{number}") for number in range(1, 41)])
    reported = {"2025-06-08": ("失业", "空岗"), "2025-06-12": ("返乡", "顶岗"), "2025-06-03": ("失业", "空岗")}
    reports = [
        cells("field_reports", 1, report_no=f"{on}{kind}", reported_on=on, kind=kind)
        for on, kinds in reported.items()
        for kind in kinds
    ]
    deliver(county, "field_reports", reports)
    run(county, FIRST, FIRST, lambda _: None)
    said = {row["预警事项"]: row["预警事由"] for row in listed(county, COUNTY, FIRST)}
    assert said["基层上报失业返乡"].startswith("基层走访于2025-06-12上报本人返乡，")
    assert said["基层上报空岗顶岗"].startswith("基层走访于2025-06-12上报顶岗，")


def test_a_feed_that_stopped_does_not_keep_what_is_known_since_from_the_officer(tmp_path) -> None:
    """Warnings that can't be judged stay, but not as if nothing else had come."""
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=30)
    posts = [cells("posts", number, post_no=f"岗{number}") for number in range(4, 41)]
    deliver(county, "posts", posts)
    lost = [cells("employment", n, record_no=f"R{n}", ended_on="2025-06-10") for n in (1, 2, 3)]
    deliver(county, "employment", lost)
    run(county, FIRST, FIRST, lambda _: None)
    back = [cells("posts", 2, post_no="岗2", on_post_from=str(FIRST + timedelta(days=5)))]
    deliver(county, "posts", posts + back, later)
    deliver(county, "deaths", [cells("deaths", 1)], later)
    run(county, later, later, lambda _: None)
    said = {row["姓名"]: row["预警事由"] for row in listed(county, COUNTY, later) if row["预警事项"] == "就业转失业"}
    assert all("现在无法重新判断" in text for text in said.values())
    assert "已去世" in said[person(1)["name"]]
    assert "已在岗或已就业" in said[person(2)["name"]]
    assert said[person(3)["name"]].endswith("。）") and "已在岗" not in said[person(3)["name"]]


def test_what_a_rule_rests_on_is_no_news_to_it_when_its_feed_stops(tmp_path) -> None:
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=30)
    posts = [cells("posts", number, post_no=f"岗{number}") for number in range(5, 41)]
    deliver(county, "posts", posts)
    # One works, as others say, and is said to have come home; the households of two others have nobody at work.
    deliver(county, "employment", [cells("employment", 1, record_no="R1")])
    deliver(county, "field_reports", [cells("field_reports", 1, report_no="F1", kind="失业")])
    ended = [cells("employment", n, record_no=f"R{n}", ended_on="2025-06-10") for n in (2, 3, 4)]
    deliver(county, "employment", ended, name="b.csv")
    run(county, FIRST, FIRST, lambda _: None)
    back = [cells("posts", 2, post_no="岗2", on_post_from=str(FIRST + timedelta(days=5)))]
    deliver(county, "posts", posts + back, later)
    deliver(county, "deaths", [cells("deaths", 3)], later)
    run(county, later, later, lambda _: None)
    rows = listed(county, COUNTY, later)
    said = {(row["预警事项"], row["姓名"]): row["预警事由"] for row in rows}
    report = said["基层上报失业返乡", person(1)["name"]]
    assert "现在无法重新判断" in report and "已就业" not in report
    homes = {row["户编号"]: row["预警事由"] for row in rows if row["预警事项"] == "有劳动力无务工户"}
    assert "户内已有成员在岗或已就业" in homes["户2"]
    assert "户内已没有可以就业的成员" in homes["户3"]
    assert homes["户4"].endswith("。）") and "户内" not in homes["户4"].rpartition("现在无法重新判断")[2]
    [warning] = [row["预警编号"] for row in rows if row["预警事项"] == "基层上报失业返乡"]
    assert "现在无法重新判断，预警先保留" in explain(county, warning) and str(FIRST) in explain(county, warning)


def test_a_cover_that_broke_off_where_a_file_was_not_used_is_said_to_be_no_more_than_that(tmp_path) -> None:
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=60)
    deliver(county, "posts", [cells("posts", number, post_no=f"岗{number}") for number in range(1, 41) if number != 7])
    deliver(county, "insurance", [cells("insurance", 7)])
    run(county, FIRST, FIRST, lambda _: None)
    others = [cells("insurance", n, employer_no="单位2", period="2025-07") for n in (8, 9)]
    deliver(county, "insurance", others, later)
    lost = county.landing / "insurance" / later.isoformat() / "b.csv"
    run(county, later, later, lambda _: None)
    [before] = [row["预警事由"] for row in listed(county, COUNTY, later) if row["预警事项"] == "就业转失业"]
    lost.write_text("not a table of contributions", encoding="utf-8")
    run(county, later, later, lambda _: None)
    [after] = [row["预警事由"] for row in listed(county, COUNTY, later) if row["预警事项"] == "就业转失业"]
    assert after == f"{before}（{later}送达的参保缴费文件有的没有采用，其中可能有本人此后的缴费，请先核对参保情况。）"


def test_of_one_id_number_with_two_names_the_story_says_whose_a_row_is(tmp_path) -> None:
    county = founded(tmp_path / "home")
    number, others = person(90), {"name": "章七"}
    posts = [cells("posts", n, post_no=f"岗{n}") for n in range(1, 41)]
    posts += [cells("posts", 90, post_no="岗90"), cells("posts", 90, post_no="岗91") | others]
    deliver(county, "posts", posts)
    deliver(county, "deaths", [cells("deaths", 90) | others])
    run(county, FIRST, FIRST, lambda _: None)
    [warning] = [
        row["预警编号"]
        for row in listed(county, COUNTY, FIRST)
        if (row["预警事项"], row["姓名"]) == ("非帮扶对象在岗", number["name"])
    ][:1]
    [death] = [line for line in explain(county, warning).splitlines() if "死亡（信息来源" in line]
    assert "姓名为章七" in death


def test_months_that_came_with_several_deliveries_are_said_to_have(tmp_path) -> None:
    county, later = founded(tmp_path / "home"), FIRST + timedelta(days=1)
    deliver(county, "posts", [cells("posts", n, post_no=f"岗{n}") for n in range(2, 41)])
    months = [f"2025-0{month}" for month in range(1, 5)]
    paid = [cells("insurance", 1, period=month) for month in months]
    deliver(county, "insurance", paid[:2])
    deliver(county, "insurance", [cells("insurance", 1, period="2025-05", state="终止缴费"), *paid[2:]], later)
    run(county, later, later, lambda _: None)
    [warning] = [row["预警编号"] for row in listed(county, COUNTY, later) if row["预警事项"] == "就业转失业"]
    [line] = [line for line in explain(county, warning).splitlines() if "2025-01至2025-04每月" in line]
    assert line.endswith(f"[社会保险参保缴费，{FIRST}至{later}送达，共4行]")
