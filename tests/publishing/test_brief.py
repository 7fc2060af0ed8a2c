"""The briefs say what the tables say, of their own county only, and nothing that leads to a few people."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from worlds.county import COUNTY, deliver, founded, quietly, row
from worlds.county import DAY as FIRST
from worlds.opening import DAY, counties, folder, listed, sheet

from pipelines.explaining import explain
from pipelines.publishing.publish import publish
from pipelines.reference import read_reference
from pipelines.settings import CHECKOUT, FanpinError, Settings


def page(settings: Settings, name: str = "brief.html") -> str:
    return (folder(settings) / name).read_text(encoding="utf-8")


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)))


def test_each_county_with_an_extract_has_a_brief_of_its_own(published) -> None:
    names = dict(read_reference(published.reference).tables["counties"].select("county_code", "county").iter_rows())
    assert sorted(path.stem for path in (folder(published) / "briefs").iterdir()) == counties(published)
    for county in counties(published):
        said = text(page(published, f"briefs/{county}.html"))
        assert names[county] in said
        assert not [name for code, name in names.items() if code != county and name in said.replace(names[county], "")]


def test_a_rule_that_was_taken_out_is_in_no_list_and_its_warnings_are_told_still(tmp_path) -> None:
    reference = shutil.copytree(CHECKOUT / "data" / "reference", tmp_path / "reference")
    county = replace(founded(tmp_path / "home"), reference=reference)
    deliver(county, "posts", [row("posts", n, post_no=f"岗{n}") for n in range(2, 41)])
    deliver(county, "employment", [row("employment", 1, record_no="R1", ended_on="2025-06-10")])
    quietly(county, FIRST)
    [lost] = [found for found in listed(county, COUNTY, FIRST) if found["预警事项"] == "就业转失业"]
    rules = reference / "rules.csv"
    lines = rules.read_text(encoding="utf-8").splitlines(keepends=True)
    rules.write_text("".join(line for line in lines if not line.startswith("job_lost,")), encoding="utf-8")
    later = FIRST + timedelta(days=1)
    quietly(county, later)
    assert "就业转失业" not in {found["预警事项"] for found in listed(county, COUNTY, later)}
    story = explain(county, lost["预警编号"])
    assert "job_lost，此规则已停用（黄色）" in story and "状态：已消除" in story


def test_the_pages_ask_for_nothing_and_are_small(published) -> None:
    for path in folder(published).rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert len(html.encode()) < 1_000_000
        assert not re.search(r"https?://|src=|@import|url\(|<script|<link", html), path.name
    assert "default-src 'none'" in page(published)


def test_the_rate_is_that_of_the_workbook(published) -> None:
    tried = 0
    for county in counties(published):
        rows = sheet(published, county, "指标")
        [top] = [n for n, row in enumerate(rows) if row[0] == "乡镇"]
        [total] = [row for row in rows[top:] if row[0] == "全县合计"] or [None]
        if total is None:
            continue
        found = dict(zip(rows[top], total, strict=True))
        if min(found["就业规模"], found["劳动力人数"] - found["就业规模"]) >= 10:
            tried += 1
            said = text(page(published, f"briefs/{county}.html"))
            assert f"{100 * found['就业率']:.1f}%" in said and f"在岗在业 {found['就业规模']:,.0f} 人" in said
    assert tried


def test_a_warning_stands_in_the_township_that_the_workbook_says(published) -> None:
    placed = [county for county in counties(published) if all(row["村代码"] for row in listed(published, county))]
    assert placed
    assert not [county for county in placed if "不分乡镇" in text(page(published, f"briefs/{county}.html"))]


def test_no_count_of_warnings_under_ten_is_shown_in_a_table_of_rules(published) -> None:
    for path in (folder(published) / "brief.html", *(folder(published) / "briefs").iterdir()):
        html = path.read_text(encoding="utf-8")
        [table] = re.findall(r"<h2>预警<small>.*?(?=<h2>)", html, flags=re.DOTALL)
        numbers = [int(n.replace(",", "")) for n in re.findall(r'<td class="n[^"]*">([\d,]+)</td>', table)]
        assert not [n for n in numbers if 0 < n < 10]


def test_the_map_is_of_the_counties_of_the_reference_tables(published) -> None:
    path = CHECKOUT / "data" / "reference" / "map.svg"
    root = ElementTree.parse(path).getroot()
    drawn = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    known = set(read_reference(published.reference).tables["counties"]["county_code"])
    assert drawn < known and len(drawn) == 104
    assert "MIT License" in path.read_text(encoding="utf-8")
    html = page(published)
    assert html.count("<path") == len(drawn) + 16
    assert "审图号：GS(2024)0650号" in html


def test_a_spoilt_map_is_said(copied, tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    for path in copied.reference.iterdir():
        (reference / path.name).write_bytes(path.read_bytes())
    (reference / "map.svg").write_text("<svg")
    with pytest.raises(FanpinError, match=r"map\.svg .* can't be read"):
        publish(Settings(copied.home, reference, copied.key), DAY)
