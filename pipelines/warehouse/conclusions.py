"""What is concluded of the rows that an engine was given: the files of sql/ that every day, and every engine, runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipelines.feeds import FEEDS
from pipelines.warehouse.engine import SQL, Engine, steps

#: What is worked out wherever it is read: all but a few rows of something else.
VIEWS = {"insurance_latest", "employer_paid", *FEEDS}

#: What is as long as the registry, kept as it is, and read by a few of its columns at a time.
STORED = ("people", "states")

#: The columns every rule yields, or leaves to their default. One row pairs the subject's row with a row that made
#: the rule hold for it.
RULE_ROWS = {
    "rule": "VARCHAR",
    "key_person": "BIGINT",
    "key_employer": "BIGINT",
    "key_rest": "VARCHAR",
    "person": "BIGINT",
    "county_code": "VARCHAR",
    "village_code": "VARCHAR",
    "level": "INTEGER",
    "in_window": "BOOLEAN",
    "period": "INTEGER",
    "reason": "VARCHAR",
    "subject_feed": "VARCHAR",
    "subject_ord": "BIGINT",
    "fact_feed": "VARCHAR",
    "fact_ord": "BIGINT",
}


def make_states(engine: Engine, only: Collection[str] | None = None) -> None:
    """Make what sql/truth, sql/identity and sql/state say; with `only`, no more than it takes to make these."""
    for name, select in steps("truth", "identity", "state", only=only).items():
        make = engine.define if name in VIEWS else engine.store if name in STORED else engine.make
        make(name, select)


def apply_rules(engine: Engine, rules: Iterable[str]) -> None:
    """Gather the rows of these rules in `rule_rows`."""
    selects = {}
    for rule in rules:
        select = (SQL / "rules" / f"{rule}.sql").read_text(encoding="utf-8")
        selects[rule] = f"SELECT '{rule}' AS rule, found.* FROM ({select}) AS found"
    engine.gather("rule_rows", RULE_ROWS, selects)
