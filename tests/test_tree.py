"""What must be true of every SQL file, rule and module: gates over the tree, not customs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from worlds.casefile import rests_on
from worlds.references import read_table

from pipelines.settings import CHECKOUT, Settings
from pipelines.warehouse.conclusions import RULE_ROWS, apply_rules
from pipelines.warehouse.day import reconcile, set_up
from pipelines.warehouse.engine import Engine, steps

SQL = sorted((CHECKOUT / "sql").rglob("*.sql"))
MODULES = sorted((CHECKOUT / "pipelines").rglob("*.py"))
CASES = CHECKOUT / "tests" / "rules"
RULES = [row["rule"] for row in read_table("rules")]
#: Rules that rest on somebody's absence from a feed: those must be tried with rows that are in doubt.
ABSENCE = {"post_not_target_group", "subsidy_without_post", "transport_allowance_not_eligible", "allowance_not_target"}

#: What is silently different in Spark, or an error there.
NOT_PORTABLE = {
    "a difference of dates in months or years (count months as year * 12 + month)": r"date_diff\('(month|year)'",
    "a list in an order": r"(array_agg|list)\([^)]*ORDER BY",
    "regexp_replace without 'g'": r"regexp_replace\((?![^()]*'g'\))",
    "substr from 0": r"substr\([^,]+, *0 *,",
    "a date and an INTERVAL without a CAST back to DATE": r"(?<!CAST\()(?<![\w.])[\w.]+ *[+-] *INTERVAL",
    "a date minus a date": r"_(on|from|to|date|day) - [\w.]*_(on|from|to|date|day)\b",
    "* REPLACE": r"\* *REPLACE\b",
    "UNION ALL BY NAME": r"UNION( ALL)? BY NAME",
    "ASOF JOIN": r"\bASOF\b",
    "range() or generate_series()": r"\b(range|generate_series)\(",
    "try_strptime": r"\btry_strptime\b",
    "regexp_full_match": r"\bregexp_full_match\b",
    "a slice": r"\[\d*:\d*\]",
    "row()": r"\brow\(",
    "dayofweek": r"\bdayofweek\b",
    "format()": r"\bformat\(",
    "strlen": r"\bstrlen\b",
    "first in an order": r"\bfirst\([^)]*ORDER BY",
    "COLLATE": r"\bCOLLATE\b",
    "DISTINCT ON": r"\bDISTINCT ON\b",
    "a macro, a temporary table or a copy": r"\b(CREATE|COPY|SET|PRAGMA)\b",
    "a file in FROM": r"\bFROM\s+'",
    "a parameter": r"\$\w",
}

#: The day is given: these would make a run depend on when it is executed.
CLOCKS = r"\b(current_date|current_timestamp|localtimestamp|now|today|get_current_time(stamp)?)\b"


def name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def code(path: Path) -> str:
    """The statement without its comments."""
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SQL, ids=name)
def test_a_sql_file_opens_with_what_a_row_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- One row")


@pytest.mark.parametrize("path", SQL, ids=name)
def test_a_sql_file_does_not_ask_the_clock(path: Path) -> None:
    assert not re.search(CLOCKS, code(path), re.IGNORECASE), "the day is run.run_date"


@pytest.mark.parametrize("path", SQL, ids=name)
def test_a_sql_file_runs_on_another_engine(path: Path) -> None:
    found = [what for what, pattern in NOT_PORTABLE.items() if re.search(pattern, code(path), re.IGNORECASE)]
    assert not found


@pytest.mark.parametrize("path", SQL, ids=name)
def test_a_sql_file_is_a_bare_select(path: Path) -> None:
    assert re.match(r"\s*(WITH|SELECT)\b", code(path)) and ";" not in re.sub(r"'[^']*'", "", code(path))


@pytest.mark.parametrize("path", [p for p in SQL if p.parent.name == "rules"], ids=name)
def test_a_rule_knows_no_other_rule(path: Path) -> None:
    read = set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", code(path)))
    assert not read & {p.stem for p in SQL if p.parent.name in ("rules", "warnings", "life")}


@pytest.mark.parametrize("pattern, text", [
    (NOT_PORTABLE["regexp_replace without 'g'"], "regexp_replace(a, 'x', 'y')"),
    (NOT_PORTABLE["a date and an INTERVAL without a CAST back to DATE"], "a.day + INTERVAL 1 MONTH"),
    (NOT_PORTABLE["substr from 0"], "substr(a, 0, 4)"),
    (CLOCKS, "SELECT today()"),
])  # fmt: skip
def test_the_patterns_find_what_they_are_for(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.IGNORECASE)


@pytest.mark.parametrize("text", ["regexp_replace(a, 'x', 'y', 'g')", "CAST(a.day + INTERVAL 1 MONTH AS DATE)"])
def test_the_patterns_leave_alone_what_is_portable(text: str) -> None:
    assert not [what for what, pattern in NOT_PORTABLE.items() if re.search(pattern, text)]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_pipelines_do_not_know_the_scheduler(path: Path) -> None:
    assert not re.search(r"^\s*(from|import)\s+airflow\b", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_a_rule_is_its_sql_its_entry_and_its_cases() -> None:
    assert len(RULES) == 44
    assert {path.stem for path in SQL if path.parent.name == "rules"} == set(RULES)
    assert {path.stem for path in CASES.glob("*.toml")} == set(RULES)
    assert {row["rule"] for row in read_table("basis")} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_tried_from_all_sides(rule: str) -> None:
    """The cases under instruments just, or just not, in force are made for every rule from its first hit."""
    path = CASES / f"{rule}.toml"
    cases = tomllib.loads(path.read_text(encoding="utf-8"))
    assert cases["says"]
    assert cases.get("hit") and "evidence" in cases["hit"][0], "its first hit says which rows make it"
    assert cases.get("near_miss") and cases.get("conflict")
    assert bool(cases.get("doubt")) == (rule in ABSENCE)
    tried = {parameter for case in cases.get("no_value", []) for parameter in case["parameters"]}
    assert tried == set(rests_on(path))


def test_rules_yield_only_the_columns_of_rule_rows(tmp_path) -> None:
    """Before a first delivery, too, every statement can be run."""
    from datetime import date

    from pipelines.reference import read_reference

    installation = Settings(tmp_path, CHECKOUT / "data" / "reference", b"a key for tests")
    allowed = set(RULE_ROWS)
    reference = read_reference(installation.reference)
    with Engine(installation.home / "scratch") as engine:
        set_up(engine, installation, date(2025, 6, 16), reference)
        for step, select in steps("truth", "identity", "state").items():
            engine.make(step, select)
        apply_rules(engine, reference.tables["rules"]["rule"])
        for rule in RULES:
            text = (CHECKOUT / "sql" / "rules" / f"{rule}.sql").read_text(encoding="utf-8")
            columns = {row[0] for row in engine.rows(rule, f"DESCRIBE {text}")}
            assert columns <= allowed - {"rule"}, rule
            assert {"county_code", "level", "in_window", "reason"} <= columns, rule
    assert reconcile(installation, date(2025, 6, 16))
