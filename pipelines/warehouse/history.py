"""Warnings are derived: their life is worked out over the run dates, so the order of runs can not matter.

It is worked out day after day, each from what was known on the run date before. What a published date knew is kept in
`episodes/`, under a digest of all that it follows from: where an earlier day concludes something else now, it is passed
over.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.settings import FanpinError, Settings
from pipelines.staging.storage import place
from pipelines.warehouse.day import content, load_constants, made_by, make_run, was_made_by
from pipelines.warehouse.engine import Engine, quoted, steps
from pipelines.warehouse.kept import kept_select, run_dates

#: Characters of a warning ID that can't be taken for one another; the check character (ISO 7064 MOD 37,36) may be any.
#: The first is a letter, so that no spreadsheet takes an ID for a number.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LENGTH = 12

#: What the run date before must tell, each by the file of sql/life/ that is made from it. Before the first it is empty.
_EPISODES = {
    "episodes": {
        "warning_id": "VARCHAR", "rule": "VARCHAR", "subject_key": "VARCHAR", "opened_on": "DATE",
        "last_held_on": "DATE", "ended_on": "DATE", "is_lapsed": "BOOLEAN", "county_code": "VARCHAR",
        "village_code": "VARCHAR", "key_person": "BIGINT", "key_employer": "BIGINT", "key_rest": "VARCHAR",
        "person": "BIGINT", "level": "INTEGER", "reason": "VARCHAR", "instruments": "VARCHAR",
    },
    "last_evidence": {
        "rule": "VARCHAR", "subject_key": "VARCHAR", "last_held_on": "DATE", "feed": "VARCHAR", "ord": "BIGINT",
        "delivered_on": "DATE", "file": "INTEGER", "row_number": "BIGINT", "sha256": "VARCHAR", "person": "BIGINT",
        "name_key": "BIGINT", "employer_name_key": "BIGINT",
    },
}  # fmt: skip
#: Of so many run dates, the last among them, hits are compared (sql/quality/).
_COMPARED = 8


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
    load_constants(engine)
    engine.load("run_dates", pl.DataFrame({"run_date": days}))
    for table, told in {"hits": days[-_COMPARED:], "workforce": days}.items():
        parts = [f"SELECT *, DATE '{d}' AS run_date FROM ({kept_select(settings, d, table)})" for d in told]
        engine.define(f"all_{table}", " UNION ALL ".join(parts))
    _make_episodes(engine, settings, days)
    for table in ("parameters", "reference_parameters", "reference_rules", "reference_basis", "reference_instruments"):
        engine.make(table, kept_select(settings, day, table))
    for table in (
        "reference_counties",
        "reference_townships",
        "deliveries",
        "obstacles",
        "judged",
        "states",
        "people",
        "post_holders",
        "freshness",
    ):
        engine.define(table, kept_select(settings, day, table))
    engine.make("feedback", kept_select(settings, day, "feedback_latest"))
    for name, select in steps("life").items():
        if name not in _EPISODES:
            engine.make(name, select)


def keep_episodes(engine: Engine, settings: Settings, day: date) -> None:
    """Keep what `derive_warnings` found out about `day`, for the days after it.

    Only who holds the home for writing may.
    """
    *_, digest = _digests(settings, run_dates(settings, day))
    paths = _kept_episodes(settings, day, digest)
    for table, path in paths.items():
        if not path.exists():
            place(path.parent, partial(engine.write, table), lambda _, name=path.name: name)
    for old in set(paths["episodes"].parent.glob(f"{day}-*")) - set(paths.values()):
        old.unlink()


def _make_episodes(engine: Engine, settings: Settings, days: list[date]) -> None:
    """Make `run`, `episodes` and `last_evidence` as of the last of the run dates `days`, going on from the newest of
    which they are kept.
    """
    kept = [_kept_episodes(settings, day, digest) for day, digest in zip(days, _digests(settings, days), strict=True)]
    known = max((at for at, paths in enumerate(kept) if all(p.exists() for p in paths.values())), default=-1)
    for table, schema in _EPISODES.items():
        if known < 0:
            engine.gather(table, schema, {})
        else:
            engine.make(table, f"SELECT * FROM read_parquet({quoted([kept[known][table]])})")
    for at in range(max(known, 0), len(days)):
        day = days[at]
        make_run(engine, day)
        for table in ("hits", "unjudged", "evidence"):
            engine.define(table, kept_select(settings, day, table))
        if at > known:
            for table in _EPISODES:
                engine.make(f"{table}_before", f"SELECT * FROM {table}")
            for name, select in steps("life", only=_EPISODES).items():
                engine.make(name, select)
    _name_warnings(engine, settings)


def _digests(settings: Settings, days: list[date]) -> Iterator[str]:
    """For each run date a digest of all that its episodes follow from: the days up to it, and how they are made."""
    total = hashlib.sha256(repr([_EPISODES, steps("life", only=_EPISODES)]).encode())
    for day in days:
        total.update(f"{day} {content(settings, day)}".encode())
        yield total.hexdigest()[:16]


def _kept_episodes(settings: Settings, day: date, digest: str) -> dict[str, Path]:
    return {table: settings.home / "episodes" / f"{day}-{digest}-{table}.parquet" for table in _EPISODES}


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
    """Give new warnings their IDs."""
    rows = engine.rows("new_ids", "SELECT rule, subject_key, opened_on FROM episodes WHERE warning_id IS NULL")
    engine.load(
        "new_ids",
        pl.DataFrame(
            [(rule, key, opened_on, warning_id(settings.key, rule, key, opened_on)) for rule, key, opened_on in rows],
            schema={"rule": pl.String, "subject_key": pl.String, "opened_on": pl.Date, "warning_id": pl.String},
            orient="row",
        ),
    )
    engine.execute(
        "new_ids",
        """UPDATE episodes SET warning_id = n.warning_id FROM new_ids n
        WHERE n.rule = episodes.rule AND n.subject_key = episodes.subject_key AND n.opened_on = episodes.opened_on""",
    )
