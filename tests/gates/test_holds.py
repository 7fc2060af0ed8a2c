"""A half-delivered snapshot is held, so that nobody it forgot is accused; a release or a better delivery ends that."""

import csv
from datetime import date

import pytest

from pipelines.exports import files, states, warnings
from pipelines.gates.review import held_list, release
from pipelines.settings import CHECKOUT, FanpinError, Settings
from pipelines.staging.resident_id import texts
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile

FIRST, SECOND = date(2025, 6, 1), date(2025, 6, 2)
COUNTY, OTHER = "340422", "341522"
PEOPLE = 30


def id_number(number: int) -> str:
    import polars as pl

    return texts(pl.Series([34042219800101000 + number], dtype=pl.Int64))[0]


def deliver(settings: Settings, feed: str, day: date, rows: list[dict[str, object]], name: str = "a.csv") -> None:
    folder = settings.landing / feed / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def registry(county: str, numbers: range) -> list[dict[str, object]]:
    return [
        {
            "household_no": f"H{n}",
            "name": "李四",
            "id_number": id_number(n),
            "village_code": f"{county}100001",
            "household_type": "脱贫户",
            "labour": "普通劳动力",
        }
        for n in numbers
    ]


def ledger(county: str, numbers: range) -> list[dict[str, object]]:
    return [
        {
            "post_no": f"P{n}",
            "post_type": "保洁员",
            "department": "人社部门",
            "funding": "就业补助资金",
            "employer_name": "村委会",
            "village_code": f"{county}100001",
            "name": "李四",
            "id_number": id_number(n),
            "on_post_from": "2025-01-01",
            "monthly_standard": 600,
        }
        for n in numbers
    ]


@pytest.fixture
def settings(tmp_path) -> Settings:
    settings = Settings(tmp_path / "home", CHECKOUT / "data" / "reference", b"a key")
    deliver(settings, "registry", FIRST, registry(COUNTY, range(PEOPLE)))
    deliver(settings, "registry", FIRST, registry(OTHER, range(100, 100 + PEOPLE)), "b.csv")
    deliver(settings, "posts", FIRST, ledger(COUNTY, range(PEOPLE)))
    return settings


def run(settings: Settings, day: date) -> None:
    stage(settings, day)
    reconcile(settings, day)


def accused(settings: Settings, day: date) -> int:
    return warnings(settings, day).filter(rule="post_not_target_group").height


def test_a_half_delivered_registry_accuses_nobody(settings):
    deliver(settings, "registry", SECOND, registry(COUNTY, range(PEOPLE // 2 - 1)))
    deliver(settings, "registry", SECOND, registry(OTHER, range(100, 100 + PEOPLE)), "b.csv")
    run(settings, SECOND)
    assert accused(settings, SECOND) == 0
    assert states(settings, SECOND).height == 2 * PEOPLE
    status = {row["file"]: row["status"] for row in files(settings, SECOND).filter(delivered_on=SECOND).to_dicts()}
    assert status == {"a.csv": "held", "b.csv": "read"}
    assert any(COUNTY in line for line in held_list(settings, SECOND))


def test_half_of_the_rows_is_enough(settings):
    deliver(settings, "registry", SECOND, registry(COUNTY, range(PEOPLE // 2)))
    run(settings, SECOND)
    assert states(settings, SECOND).height == PEOPLE + PEOPLE // 2
    assert accused(settings, SECOND) == PEOPLE - PEOPLE // 2


def test_the_next_half_delivery_is_measured_by_what_is_in_truth(settings):
    third = date(2025, 6, 3)
    deliver(settings, "registry", SECOND, registry(COUNTY, range(10)))
    deliver(settings, "registry", third, registry(COUNTY, range(10)))
    run(settings, third)
    assert accused(settings, third) == 0


def test_a_release_lets_in_those_bytes_and_no_others(settings):
    deliver(settings, "registry", SECOND, registry(COUNTY, range(10)))
    run(settings, SECOND)
    release(settings, "registry", SECOND, COUNTY, None, None, "张主任", "撤并村，人数属实")
    run(settings, SECOND)
    assert accused(settings, SECOND) == PEOPLE - 10
    deliver(settings, "registry", SECOND, registry(COUNTY, range(5)))
    run(settings, SECOND)
    assert accused(settings, SECOND) == 0


def test_a_corrected_delivery_replaces_the_held_one(settings):
    deliver(settings, "registry", SECOND, registry(COUNTY, range(10)))
    run(settings, SECOND)
    deliver(settings, "registry", SECOND, registry(COUNTY, range(PEOPLE)))
    run(settings, SECOND)
    assert files(settings, SECOND).filter(status="held").height == 0
    assert states(settings, SECOND).height == 2 * PEOPLE


def test_releasing_what_is_not_held_fails(settings):
    run(settings, FIRST)
    with pytest.raises(FanpinError, match="gate list"):
        release(settings, "registry", FIRST, None, None, None, "张主任", "属实")


def test_whom_a_held_delivery_names_is_in_doubt(settings):
    stranger = ledger(COUNTY, range(200, 201))
    deliver(settings, "posts", SECOND, ledger(COUNTY, range(PEOPLE)) + stranger)
    deliver(settings, "registry", SECOND, registry(COUNTY, range(200, 203)))
    run(settings, SECOND)
    assert accused(settings, SECOND) == 0


def test_a_file_mostly_quarantined_is_held_and_supersedes_nothing(settings):
    deaths = [
        {"证件号码": id_number(n), "姓名": "李四", "死亡日期": "2025-05-01", "信息来源": "公安"} for n in range(49)
    ]
    broken = [{**deaths[0], "死亡日期": "不详"}] * 51
    deliver(settings, "deaths", SECOND, deaths + broken)
    run(settings, SECOND)
    assert files(settings, SECOND).filter(feed="deaths")["status"].to_list() == ["held"]
    assert states(settings, SECOND).filter(state="deceased").height == 0
