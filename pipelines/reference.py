"""The reference tables: read at each run, checked so that a slip in a spreadsheet is said, not guessed around."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

import polars as pl

from pipelines.feeds import FEEDS
from pipelines.settings import CHECKOUT, FanpinError

LISTS = ("帮扶", "核查", "单位整改")


def _text(value: str) -> str | None:
    return value or None


def _date(value: str) -> date | None:
    # Spreadsheets save a date as 2021/7/7 where the computer's calendar is written so.
    parts = re.fullmatch(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})", value)
    if parts:
        return date(*map(int, parts.groups()))
    return date.fromisoformat(value) if value else None


def _number(value: str) -> Decimal | None:
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError from None
    if not number.is_finite() or not 0 <= number < 10**13:
        raise ValueError
    return number


_TYPES: dict[str, tuple[Callable[[str], object], pl.DataType, str]] = {
    "text": (_text, pl.String(), "text"),
    "date": (_date, pl.Date(), "a date like 2021-07-07, or nothing"),
    "number": (_number, pl.Decimal(18, 4), "a number like 0.5, not a negative one, or nothing"),
}

#: Table: column → type; a `*` asks for a value in each row.
TABLES: dict[str, dict[str, str]] = {
    "parameters": {
        "parameter": "text*",
        "county_code": "text",
        "value": "number",
        "valid_from": "date*",
        "valid_to": "date",
        "source": "text",
    },
    "instruments": {
        "instrument": "text*",
        "title": "text*",
        "in_force_from": "date*",
        "in_force_to": "date",
        "note": "text",
    },
    "basis": {"rule": "text*", "instrument": "text*", "clause": "text*"},
    "rules": {
        "rule": "text*",
        "title": "text*",
        "family": "text*",
        "list": "text*",
        "office": "text*",
        "feeds": "text*",
    },
    "counties": {"county_code": "text*", "county": "text*", "prefecture_code": "text*", "prefecture": "text*"},
    "townships": {"township_code": "text*", "township": "text*", "county_code": "text*"},
}

#: Tables that the project adds: read from the checkout where the folder of the reference tables has none.
OPTIONAL: dict[str, dict[str, str]] = {
    "rule_parameters": {"rule": "text*", "parameter": "text*", "title": "text*"},
    "policy_parameters": TABLES["parameters"],
    "key_areas": {"kind": "text*", "area": "text*", "code": "text*"},
}

#: What makes whole numbers of those parameters that are counted in days, months, years or persons.
_PARAMETERS = CHECKOUT / "sql" / "state" / "parameters.sql"

#: From when to when a row of a table holds: its columns.
SPANS = (("parameters", "valid_from", "valid_to"), ("instruments", "in_force_from", "in_force_to"))

#: What makes a row of a table one and the same.
KEYS = {
    "parameters": ("parameter", "county_code", "valid_from"),
    "instruments": ("instrument",),
    "basis": ("rule", "instrument"),
    "rules": ("rule",),
    "counties": ("county_code",),
    "townships": ("township_code",),
    "rule_parameters": ("rule", "parameter"),
    "policy_parameters": ("parameter", "county_code", "valid_from"),
    "key_areas": ("kind", "area", "code"),
}


@dataclass(frozen=True)
class Reference:
    """The reference tables as frames by name, in the order of their files, and the feeds each rule needs."""

    tables: dict[str, pl.DataFrame]

    def value(self, parameter: str, day: date, county_code: str | None = None) -> Decimal | None:
        """A parameter's value on `day`: the county's own before the province's, the newest in force; None for none."""
        found = [
            (row["county_code"] is not None, row["valid_from"], row["value"])
            for row in self._parameters.get(parameter, ())
            if row["county_code"] in (None, county_code)
            and row["valid_from"] <= day
            and (row["valid_to"] is None or day <= row["valid_to"])
        ]
        return max(found, key=lambda row: row[:2])[2] if found else None

    @cached_property
    def _parameters(self) -> dict[str, list[dict]]:
        rows: dict[str, list[dict]] = {}
        for row in self.tables["parameters"].iter_rows(named=True):
            rows.setdefault(row["parameter"], []).append(row)
        return rows

    @property
    def rule_feeds(self) -> pl.DataFrame:
        """`rule`, `feed`: one row for each feed a rule needs."""
        return rule_feeds(self.tables["rules"])


def rule_feeds(rules: pl.DataFrame) -> pl.DataFrame:
    """The same, of the table of rules."""
    return (
        rules.select("rule", pl.col("feeds").str.split(";").alias("feed"))
        .explode("feed")
        .with_columns(pl.col("feed").str.strip_chars())
    )


def slips(folder: Path) -> list[str]:
    """A line for each row of the reference tables that is allowed and yet has no effect, or another than it says: a
    slip, as a rule.

    Raises FanpinError where a table is missing or wrong.
    """
    tables = {name: _rows(_place(folder, name), name) for name in KEYS}
    used = _words() | {f"max_age_{feed}" for feed in FEEDS}
    whole = set(re.findall(r"CAST\(max\(CASE WHEN v.parameter = '(\w+)'", _PARAMETERS.read_text(encoding="utf-8")))
    written, based = _written(), {row["rule"] for _, row in tables["basis"]}
    counties = {row["county_code"] for _, row in tables["counties"]}
    found = []

    def slip(name: str, number: int, column: str, what: str) -> None:
        found.append(f"reference table {name}.csv, row {number}, column {column}: {what}")

    for name in ("parameters", "policy_parameters"):
        for number, row in tables[name]:
            if row["parameter"] not in used:
                slip(name, number, "parameter", "nothing uses a parameter of this name; is it spelt right?")
            is_whole = row["parameter"] in whole or row["parameter"].startswith("max_age_")
            if is_whole and row["value"] is not None and row["value"] != int(row["value"]):
                slip(name, number, "value", "expected a whole number; this one is rounded to one")
            if "_share" in row["parameter"] and row["value"] is not None and row["value"] > 1:
                slip(name, number, "value", "expected a share of at most 1, like 0.3")
            if row["county_code"] and row["county_code"] not in counties:
                slip(name, number, "county_code", "counties.csv has no county of this code; is it right?")
    for name, since, until in (*SPANS, ("policy_parameters", "valid_from", "valid_to")):
        for number, row in tables[name]:
            if row[until] and row[until] < row[since]:
                slip(name, number, until, f"lies before {since}, so the row never holds")
    for number, row in tables["basis"]:
        if row["rule"] not in written:
            slip("basis", number, "rule", "there is no rule of this name; is it spelt right?")
    for number, row in tables["rules"]:
        if row["rule"] not in based:
            slip("rules", number, "rule", "basis.csv has no clause for this rule, so it is never in force")
    return found


def _written() -> set[str]:
    """The rules that have a statement."""
    return {path.stem for path in (CHECKOUT / "sql" / "rules").glob("*.sql")}


def _words() -> set[str]:
    """Every word that stands in quotes in the statements or the code: the parameters they use are among them."""
    files = [*(CHECKOUT / "sql").rglob("*.sql"), *(CHECKOUT / "pipelines").rglob("*.py")]
    return {word for path in files for word in re.findall(r"""['"](\w+)['"]""", path.read_text(encoding="utf-8"))}


def read_reference(folder: Path) -> Reference:
    """Read and check the reference tables of `folder`.

    Raises FanpinError, naming table, row and column, where one is missing or wrong.
    """
    reference = Reference({name: _read(_place(folder, name), name) for name in KEYS})
    _check(reference)
    return reference


def _place(folder: Path, name: str) -> Path:
    """The folder in which a table lies."""
    is_own = name in OPTIONAL and not (folder / f"{name}.csv").exists()
    return CHECKOUT / "data" / "reference" if is_own else folder


def _read(folder: Path, name: str) -> pl.DataFrame:
    rows = [row for _, row in _rows(folder, name)]
    columns = (TABLES | OPTIONAL)[name]
    return pl.DataFrame(
        {
            column: pl.Series([row[column] for row in rows], dtype=_TYPES[kind.rstrip("*")][1])
            for column, kind in columns.items()
        }
    )


def _rows(folder: Path, name: str) -> list[tuple[int, dict[str, object]]]:
    """The rows of a table, each with its number as a spreadsheet shows it."""
    path = folder / f"{name}.csv"
    columns = (TABLES | OPTIONAL)[name]
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except FileNotFoundError:
        raise FanpinError(
            f"reference table {name}.csv is missing: FANPIN_REFERENCE must name a folder with "
            f"{', '.join(f'{table}.csv' for table in TABLES)}."
        ) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FanpinError(
            f"reference table {name}.csv can't be read ({type(error).__name__}): save it as CSV in UTF-8."
        ) from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [column for column in columns if column not in header]
    if missing:
        raise FanpinError(
            f"reference table {name}.csv lacks the column {missing[0]}: its first row must name {', '.join(columns)}."
        )
    found: list[tuple[int, dict[str, object]]] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        values: dict[str, object] = {}
        for column, kind in columns.items():
            place = header.index(column)
            cell = row[place].strip() if place < len(row) else ""
            parse, _, expected = _TYPES[kind.rstrip("*")]
            try:
                value = parse(cell)
            except ValueError:
                raise FanpinError(
                    f"reference table {name}.csv, row {number}, column {column}: expected {expected}."
                ) from None
            if value is None and kind.endswith("*"):
                raise FanpinError(f"reference table {name}.csv, row {number}, column {column}: a value is needed.")
            values[column] = value
        key = tuple(values[column] for column in KEYS[name])
        if key in seen:
            raise FanpinError(
                f"reference table {name}.csv, row {number}: the same {', '.join(KEYS[name])} as in row {seen[key]}; "
                "keep one of them."
            )
        seen[key] = number
        found.append((number, values))
    return found


def _check(reference: Reference) -> None:
    rules, basis = reference.tables["rules"], reference.tables["basis"]
    written = _written()
    for rule in rules["rule"]:
        if rule not in written:
            raise FanpinError(
                f"reference table rules.csv names the rule {rule}, for which there is no sql/rules/{rule}.sql."
            )
    for rule, name in rules.select("rule", "list").iter_rows():
        if name not in LISTS:
            raise FanpinError(f"reference table rules.csv, rule {rule}, column list: expected {', '.join(LISTS)}.")
    for rule, feed in reference.rule_feeds.iter_rows():
        if feed not in FEEDS:
            raise FanpinError(
                f"reference table rules.csv, rule {rule}, column feeds: expected names of feeds "
                f"({', '.join(FEEDS)}) separated by semicolons."
            )
    for rule in reference.tables["rule_parameters"]["rule"]:
        if rule not in written:
            raise FanpinError(f"reference table rule_parameters.csv names {rule}, which is no rule of sql/rules/.")
    known = set(reference.tables["instruments"]["instrument"])
    for rule, instrument in basis.select("rule", "instrument").iter_rows():
        if instrument not in known:
            raise FanpinError(
                f"reference table basis.csv, rule {rule}, column instrument: not in instruments.csv; add it there."
            )
