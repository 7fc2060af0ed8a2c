"""Missing data is never read as "no": for each rule and county it is said whether the rule was judged, and why not."""

from __future__ import annotations

import csv
import shutil
import tomllib
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from worlds.county import COUNTY, DAY, deliver, row
from worlds.opening import listed

from pipelines.main_job import run
from pipelines.reference import read_reference
from pipelines.settings import CHECKOUT, FanpinError
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.kept import kept

REFERENCE = CHECKOUT / "data" / "reference"


def judged(settings, day: date = DAY, code: str = COUNTY) -> dict[str, tuple[bool, str | None]]:
    """Rule → whether it was judged in the county, and why not."""
    stage(settings, day)
    reconcile(settings, day)
    found = pl.read_parquet(kept(settings, day, "judged")).filter(county_code=code)
    assert found["rule"].n_unique() == found.height == 44
    return {rule: (is_judged, why) for rule, is_judged, why in found.select("rule", "is_judged", "why").iter_rows()}


def with_table(settings, tmp_path, table: str, change):
    """The installation with a reference table in which `change` has been at work on the rows."""
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder, dirs_exist_ok=True)
    with open(folder / f"{table}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = list(rows[0])
    with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(change(rows))
    return replace(settings, reference=folder)


def test_the_parameters_of_a_rule_are_those_its_cases_try() -> None:
    """The cases of each rule say on which parameters it rests, and try it without each of them."""
    listed = read_reference(REFERENCE).tables["rule_parameters"]
    for path in sorted((CHECKOUT / "tests" / "rules").glob("*.toml")):
        rests_on = tomllib.loads(path.read_text(encoding="utf-8")).get("rests_on", [])
        assert set(listed.filter(rule=path.stem)["parameter"]) == set(rests_on), path.stem


def test_a_feed_that_never_came_is_said(county) -> None:
    found = judged(county)
    assert found["post_duplicate"] == (True, None)
    assert found["post_holder_deceased"] == (False, "《死亡信息》从未报送")
    assert found["job_lost"] == (False, "《务工就业信息》从未报送；《社会保险参保缴费》从未报送")


def test_a_snapshot_that_never_came_is_said_of_its_county_only(county) -> None:
    found = judged(county, code="341522")
    assert found["post_duplicate"] == (False, "《乡村公益性岗位实名制台账》从未报送")


def test_a_held_delivery_counts_as_none(county) -> None:
    deliver(county, "deaths", [row("deaths", n, died_on="?") for n in range(1, 121)])
    assert judged(county)["post_holder_deceased"] == (False, "《死亡信息》从未报送")


def test_a_feed_that_has_stopped_is_said(county) -> None:
    late = DAY + timedelta(days=101)
    found = judged(county, late)
    assert found["post_duplicate"] == (False, f"《乡村公益性岗位实名制台账》已停止报送，最近一次是{DAY}，超过时限")


def test_a_parameter_without_a_value_is_said(county, tmp_path) -> None:
    assert judged(county)["post_household_duplicate"] == (False, "参数“每户公益性岗位人数上限”没有数值")
    own = {
        "parameter": "post_age_max",
        "county_code": COUNTY,
        "value": "",
        "valid_from": "2025-01-01",
        "valid_to": "",
        "source": "",
    }
    without = with_table(county, tmp_path, "parameters", lambda rows: [*rows, own])
    assert judged(without)["post_over_age"] == (False, "参数“公益性岗位年龄上限”没有数值")
    assert judged(without, code="341522")["post_over_age"][1] == "《乡村公益性岗位实名制台账》从未报送"


def test_an_instrument_out_of_force_is_said(county, tmp_path) -> None:
    def ended(rows):
        return [r | {"in_force_to": str(DAY - timedelta(days=1))} for r in rows]

    without = with_table(county, tmp_path, "instruments", ended)
    assert judged(without)["post_duplicate"] == (False, "没有有效的政策依据")


def test_of_payments_the_months_count(county, tmp_path) -> None:
    deliver(county, "subsidies", [row("subsidies", n, post_no=f"岗{n}", payment_no=f"{m}-{n}", period=m)
                                  for n in (1, 2) for m in ("2025-01", "2025-02", "2025-05")])  # fmt: skip
    assert judged(county)["subsidy_over_cap"] == (True, None)

    def from_march(rows):
        march = {"valid_from": "2025-03-31"}
        return [r | (march if r["parameter"] == "minimum_wage" and not r["valid_to"] else {}) for r in rows]

    partly = with_table(county, tmp_path, "parameters", from_march)
    assert judged(partly)["subsidy_over_cap"] == (True, "2025-01至2025-02所属月份参数“最低工资标准”没有数值")
    without = with_table(
        county, tmp_path, "parameters", lambda rows: [r for r in rows if r["parameter"] != "minimum_wage"]
    )
    assert judged(without)["subsidy_over_cap"] == (False, "2025-01至2025-05所属月份参数“最低工资标准”没有数值")


def test_a_warning_that_stays_open_for_that_reason_says_so(county) -> None:
    deliver(county, "posts", [row("posts", 1, post_no="岗1"), row("posts", 1, post_no="岗99")], name="b.csv")
    late = DAY + timedelta(days=101)
    run(county, DAY, DAY, lambda _: None)
    run(county, late, late, lambda _: None)

    def stands(day: date) -> tuple:
        with duckdb.connect(str(county.published / str(day) / "fanpin.duckdb"), read_only=True) as database:
            query = "SELECT status, is_unjudged, why_unjudged FROM warnings WHERE rule = 'post_duplicate'"
            [found] = database.execute(query).fetchall()
        return found

    assert stands(DAY) == ("open", False, None)
    assert stands(late) == ("open", True, f"《乡村公益性岗位实名制台账》已停止报送，最近一次是{DAY}，超过时限")
    kept = f"（以上是{DAY}的情况，数据此后可能有更正；现在无法重新判断，预警先保留：{stands(late)[2]}。）"
    for day, kept_for in ((DAY, ""), (late, kept)):
        [told] = [line["预警事由"] for line in listed(county, COUNTY, day) if line["预警事项"] == "一人多岗"]
        assert told.partition("（以上")[1:] == (kept_for[:3], kept_for[3:])
    page = (county.published / str(late) / "brief.html").read_text(encoding="utf-8")
    assert "《乡村公益性岗位实名制台账》已停止报送" in page and "《死亡信息》从未报送" in page


def test_the_table_of_parameters_is_optional_and_checked(county, tmp_path) -> None:
    settings = with_table(county, tmp_path, "rule_parameters", lambda rows: [*rows, rows[0] | {"rule": "no_such_rule"}])
    with pytest.raises(FanpinError, match=r"rule_parameters\.csv names no_such_rule"):
        read_reference(settings.reference)
    (settings.reference / "rule_parameters.csv").unlink()
    assert read_reference(settings.reference).tables["rule_parameters"].height
