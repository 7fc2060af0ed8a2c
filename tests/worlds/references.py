"""Reference tables of a world: those of the checkout, with the parameters of its cases, under instruments it needs."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from pipelines.settings import CHECKOUT
from worlds.casefile import Case

TABLES = CHECKOUT / "data" / "reference"

#: The month that the payments of cases are for, unless they say otherwise.
PERIOD = (date(2025, 5, 1), date(2025, 5, 31))

#: Worlds in which every rule rests on an instrument that is just in force on the run date (for rules about money, on a
#: day of the payment's period), or on two that just are not.
STARTS, ENDS, NEITHER = "starts in time", "ends in time", "ended too early, or starts too late"
IN_FORCE = {STARTS: True, ENDS: True, NEITHER: False}

#: A world in which no parameter has a value, but those that the cases give their own county.
NO_PARAMETERS = "no parameters"


def about_money(rule: str, family: str) -> bool:
    """Whether the payment's period decides what is in force, and not the run date."""
    return family in ("Payments", "Allowances") or rule == "subsidy_unpaid"


def read_table(name: str) -> list[dict[str, str]]:
    """A reference table of the checkout."""
    with open(TABLES / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _columns(name: str) -> list[str]:
    with open(TABLES / f"{name}.csv", encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def write_reference(folder: Path, variant: str, day: date, cases: Iterable[tuple[Case, dict[str, str]]]) -> None:
    """Write the tables of a world. `cases` are given with their counties by word."""
    tables = {path.stem: read_table(path.stem) for path in sorted(TABLES.glob("*.csv"))}
    if variant == NO_PARAMETERS:
        tables["parameters"] = []
    for case, counties in cases:
        for parameter, said in case.parameters.items():
            for row in said if isinstance(said, list) else [said]:
                row = row if isinstance(row, dict) else {"value": row}
                base = {"parameter": parameter, "county_code": "here", "valid_from": "2021-07-07", "valid_to": ""}
                row = base | row
                row["county_code"] = counties[row["county_code"]]
                tables["parameters"].append({"source": "a case", **row})
    if variant in IN_FORCE:
        tables["instruments"], tables["basis"] = _instruments(variant, day, tables["rules"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else _columns(name))
            writer.writeheader()
            writer.writerows(rows)


def _instruments(variant: str, day: date, rules: list[dict[str, str]]) -> tuple[list[dict], list[dict]]:
    long_ago, one = date(2019, 1, 1), timedelta(days=1)
    instruments, named = [], {}
    for about, (first, last) in {"the day": (day, day), "the period": PERIOD}.items():
        named[about] = {
            STARTS: [(last, "")],
            ENDS: [(long_ago, first)],
            NEITHER: [(long_ago, first - one), (last + one, "")],
        }[variant]
        instruments += [
            {"instrument": f"{about} {start}", "title": about, "in_force_from": start, "in_force_to": end, "note": ""}
            for start, end in named[about]
        ]
    basis = []
    for rule in rules:
        about = "the period" if about_money(rule["rule"], rule["family"]) else "the day"
        basis += [
            {"rule": rule["rule"], "instrument": f"{about} {start}", "clause": "a clause"} for start, _ in named[about]
        ]
    return instruments, basis
