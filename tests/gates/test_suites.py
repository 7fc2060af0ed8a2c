"""The suites say what the declaration says, and what could pass in silence is refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines.feeds import FEEDS, Column, Feed
from pipelines.gates import measures
from pipelines.gates.measures import CONSERVATION
from pipelines.gates.suites import FEED_SUITES, TABLE_SUITES, Expectation, read_suite, suites
from pipelines.publishing.analysts import QUALITY, marts
from pipelines.settings import CHECKOUT, FanpinError
from pipelines.staging.schema import key_columns, sql_schema
from pipelines.warehouse.engine import Engine

LINE = """  - type: expect_column_values_to_be_between
    kwargs: {column: rows_lost, max_value: 0}
    severity: critical
    description: 一行不少
"""


def structure(feed: Feed) -> set[str]:
    """What the declaration of a feed says of its staged rows."""
    found = {f"{column.name}_missing" for column in feed.columns if column.required}
    for suffix, kind in (("unknown", "code"), ("misshapen", "digits"), ("negative", "number")):
        found |= {f"{column.name}_{suffix}" for column in feed.columns if column.type == kind}
    return found | {f"{end}_before_{start}" for start, end in feed.periods} | {"keys_repeated"}


def test_there_is_a_suite_for_each_feed_and_each_published_table() -> None:
    assert [suite.about for suite in suites(FEED_SUITES)] == sorted(FEEDS)
    # What the judging itself says can't be judged by it; two suites are about more than a table.
    assert {suite.about for suite in suites(TABLE_SUITES)} == {mart.name for mart in marts()} - {QUALITY} | {
        "warnings_by_rule",
        CONSERVATION.split("/")[1],
    }


@pytest.mark.parametrize("suite", suites(FEED_SUITES), ids=lambda suite: suite.about)
def test_what_is_expected_of_a_feed_is_what_it_is_declared_to_be(suite) -> None:
    lines = {line.metric: line for line in suite.expectations}
    for metric in structure(FEEDS[suite.about]):
        assert (lines[metric].least, lines[metric].most, lines[metric].severity) == (None, 0, "critical"), metric
    critical = {line.metric for line in suite.expectations if line.severity == "critical"}
    assert critical == structure(FEEDS[suite.about]) | {"held"}


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_what_is_measured_of_a_feed_is_what_it_is_declared_to_be(feed: Feed) -> None:
    text = counting(feed)
    assert set(re.findall(r" AS (\w+_\w+)", text)) - PLACES == structure(feed) == set(measures.structure(feed))
    for column in feed.columns:
        for condition in conditions(column):
            assert condition in text, column.name
    for start, end in feed.periods:
        assert f"WHEN {feed.column(end).staged} < {feed.column(start).staged} THEN" in text


#: What else stands in a row of counts.
PLACES = {"last_ord", "key_hash", "county_code", "township_code"}


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_a_key_that_stands_twice_in_a_delivery_is_counted(feed: Feed, tmp_path) -> None:
    schema = sql_schema(feed)
    keys = key_columns(feed)

    def row(number: int, superseded: bool = False, other: str | None = None) -> str:
        values = {"ord": number, "delivered_on": "DATE '2025-06-04'", "superseded": superseded}
        for key in keys:
            values[key] = f"'{'2025-01-0' * (schema[key] == 'DATE')}{2 if key == other else 1}'"
        cells = (f"CAST({values.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in schema.items())
        return f"SELECT {', '.join(cells)}"

    def repeated(*rows: str) -> int:
        with Engine(tmp_path) as engine:
            engine.make(f"measured_{feed.name}", " UNION ALL ".join(rows))
            [(found,)] = engine.rows("found", f"SELECT sum(keys_repeated) FROM ({counting(feed)})")
        return found

    assert repeated(row(1), row(2, superseded=True)) == 0
    assert [repeated(row(1), row(2, other=key)) for key in keys] == [0] * len(keys)
    assert repeated(row(1), row(2), row(3, other=keys[0])) == 1


def counting(feed: Feed) -> str:
    """The statement that counts the rows of a feed, on one line."""
    text = (CHECKOUT / "sql" / "gates" / "feeds" / f"{feed.name}_rows.sql").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", text))


def conditions(column: Column) -> list[str]:
    found = [f"{column.staged} IS NULL THEN 1 END) AS {column.name}_missing"] if column.required else []
    if column.type == "code":
        found.append(f"{column.staged} NOT IN ({', '.join(repr(value[0]) for value in column.values)})")
    if column.type == "digits":
        found.append(f"length({column.staged}) <> {column.length}")
    if column.type == "number":
        found.append(f"{column.staged} < 0")
    return found


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_a_key_is_told_by_all_of_its_columns(feed: Feed) -> None:
    [keys] = re.findall(r"GROUP BY delivered_on, ([\w, ]+) HAVING", counting(feed))
    assert set(keys.split(", ")) == {column.staged for column in feed.columns if column.key}


@pytest.fixture
def written(tmp_path: Path):
    def write(lines: str = LINE, head: str = "name: a\nnotes: 表\nexpectations:\n") -> Path:
        path = tmp_path / "feeds" / "a.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(head + lines, encoding="utf-8")
        return path

    return write


def test_a_good_line_is_read(written) -> None:
    assert read_suite(written()).expectations == (Expectation("rows_lost", None, 0, "critical", "一行不少"),)


@pytest.mark.parametrize("wrong, says", [
    (LINE.replace("to_be_between", "to_be_betwen"), "unknown type"),
    (LINE.replace("critical", "fatal"), "unknown severity"),
    (LINE.replace(", max_value: 0", ""), "bound is needed"),
    (LINE.replace("max_value: 0", "max_value: .nan"), "a bound is a number"),
    (LINE.replace("max_value: 0", "max_value: .inf"), "a bound is a number"),
    (LINE.replace("max_value: 0", "max_value: '0'"), "a bound is a number"),
    (LINE.replace("max_value: 0", "max_value: 0, min_value: 1"), "above max_value"),
    (LINE.replace("max_value: 0", "max_value: 0, mostly: 0.1"), "nothing else"),
    (LINE.replace("max_value: 0", "max_value: 0, row_condition: 'x > 1'"), "nothing else"),
    (LINE.replace("    severity: critical\n", ""), "nothing else"),
    (LINE.replace("一行不少", "' '"), "description"),
    (LINE + LINE, "a line already"),
    ("", "expects nothing"),
])  # fmt: skip
def test_what_could_pass_in_silence_is_refused(written, wrong, says) -> None:
    with pytest.raises(FanpinError, match=says):
        read_suite(written(wrong))


@pytest.mark.parametrize("head", [
    "name: b\nnotes: 表\nexpectations:\n", "name: a\nnotes: 表\nexpectation:\n", "name: [\n",
])  # fmt: skip
def test_a_file_that_is_no_suite_is_refused(written, head) -> None:
    with pytest.raises(FanpinError, match=r"a\.yaml"):
        read_suite(written(LINE, head))


@pytest.mark.parametrize("name", ["feeds/posts.yaml", "tables/conservation.yaml"])
def test_what_has_no_suite_is_not_passed_over(tmp_path, name) -> None:
    shutil.copytree(CHECKOUT / "expectations", tmp_path, dirs_exist_ok=True)
    (tmp_path / name).rename((tmp_path / name).with_suffix(".yml"))
    with pytest.raises(FanpinError, match=rf"{name} is missing"):
        suites(name.split("/")[0], tmp_path)
