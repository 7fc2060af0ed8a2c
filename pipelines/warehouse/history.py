"""Warnings are derived: their life is worked out over the run dates, so the order of runs can not matter."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import polars as pl

from pipelines.feeds import FEEDS
from pipelines.settings import FanpinError, Settings
from pipelines.warehouse.day import made_by, was_made_by
from pipelines.warehouse.engine import Engine, months, steps
from pipelines.warehouse.kept import kept_select, run_dates

#: Characters of a warning ID that can't be taken for one another; the check character (ISO 7064 MOD 37,36) may be any.
#: The first is a letter, so that no spreadsheet takes an ID for a number.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LENGTH = 12


def check_character(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 that makes a mistyped warning ID known as one."""
    rest = 36
    for character in text:
        rest = (rest + _CHECK_ALPHABET.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return _CHECK_ALPHABET[(37 - rest) % 36]


def warning_id(key: bytes, rule: str, subject_key: str, opened_on: date) -> str:
    """The ID of a warning: the same whenever it is worked out, and it leads back to nobody without the key."""
    digest = hmac.digest(key, f"warning|{rule}|{subject_key}|{opened_on}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:8])
    text = "W" + "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 5 * _LENGTH, 5))
    return text + check_character(text)


def ran(settings: Settings, day: date) -> None:
    """Raises FanpinError where `day` was not run."""
    if day not in run_dates(settings):
        raise FanpinError(f"{day} was not run: run it first with `fanpin run --date {day}`.")


def derive_warnings(engine: Engine, settings: Settings, day: date) -> None:
    """Make in the engine the table `warnings` as of `day`, with `evidence` and the kept tables of the day.

    Only run dates up to `day` count. Raises FanpinError where `day` was not run.
    """
    ran(settings, day)
    days = run_dates(settings, day)
    engine.hint = _kept_by_another_version(settings, days)
    engine.make(
        "run", f"SELECT DATE '{day}' AS run_date, CAST({day.year * 12 + day.month - 1} AS INTEGER) AS run_month"
    )
    engine.load("months", months())
    engine.load("feed_names", pl.DataFrame({"feed": list(FEEDS), "chinese": [f.chinese for f in FEEDS.values()]}))
    engine.load(
        "run_dates",
        pl.DataFrame(
            {"run_date": days, "next_run_date": [*days[1:], None]},
            schema={"run_date": pl.Date, "next_run_date": pl.Date},
        ),
    )
    for table in ("hits", "unjudged", "evidence", "workforce"):
        name = f"all_{table}"
        parts = [f"SELECT *, DATE '{d}' AS run_date FROM ({kept_select(settings, d, table)})" for d in days]
        engine.define(name, " UNION ALL ".join(parts))
    for table in ("parameters", "reference_parameters", "reference_rules", "reference_basis", "reference_instruments"):
        engine.make(table, kept_select(settings, day, table))
    for table in (
        "reference_counties",
        "reference_townships",
        "deliveries",
        "unjudged",
        "obstacles",
        "judged",
        "states",
        "people",
        "post_holders",
        "freshness",
    ):
        engine.define(table, kept_select(settings, day, table))
    engine.make("feedback", kept_select(settings, day, "feedback_latest"))
    life = steps("life")
    for name in life:
        if name == "warnings":
            _name_warnings(engine, settings)
        engine.make(name, life[name])


def _kept_by_another_version(settings: Settings, days: list[date]) -> str:
    """What it means where a kept table can't be read as expected; nothing where it can't mean that."""
    program = made_by(settings, days[-1])["program"]
    old = [day for day in days if was_made_by(settings, day).get("program") != program]
    if not old:
        return ""
    return (
        f"{len(old)} run dates, from {old[0]} to {old[-1]}, were kept by another version of this program, and not all "
        f"that this one needs is in them. Run them again: `fanpin backfill --from {old[0]} --to {old[-1]} "
        "--only-run-dates`."
    )


def _name_warnings(engine: Engine, settings: Settings) -> None:
    rows = engine.rows("warning_ids", "SELECT rule, subject_key, opened_on FROM episodes")
    engine.load(
        "warning_ids",
        pl.DataFrame(
            [(rule, key, opened_on, warning_id(settings.key, rule, key, opened_on)) for rule, key, opened_on in rows],
            schema={"rule": pl.String, "subject_key": pl.String, "opened_on": pl.Date, "warning_id": pl.String},
            orient="row",
        ),
    )
