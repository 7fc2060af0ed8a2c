"""What is measured of deliveries and tables: numbers by unit, worked out by the files of sql/gates/ and sql/quality/.

The rows of a delivery are counted once, when a run first meets them, and the counts are kept beside them: what holds
a delivery, and what later ones are compared with, never reads old rows again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.feeds import FEEDS, Feed
from pipelines.gates.suites import FEED_SUITES, TABLE_SUITES, Suite, suites
from pipelines.parquet import read_parquet, write_parquet
from pipelines.settings import FanpinError, Settings
from pipelines.staging.accounts import group_folder, groups
from pipelines.staging.months import by_month, make_months
from pipelines.staging.storage import place
from pipelines.warehouse.engine import SQL, Engine, steps

#: What is kept of a delivery: under `rows` one row a file, township and value of the main code; under each metric of
#: its structure one row a unit.
COUNTS = {
    "feed": "VARCHAR",
    "delivered_on": "DATE",
    "county_code": "VARCHAR",
    "part": "VARCHAR",
    "file": "INTEGER",
    "township_code": "VARCHAR",
    "code": "VARCHAR",
    "superseded": "BOOLEAN",
    "metric": "VARCHAR",
    "value": "BIGINT",
}
_POLARS = {"VARCHAR": pl.String, "DATE": pl.Date, "INTEGER": pl.Int32, "BOOLEAN": pl.Boolean, "BIGINT": pl.Int64}
_COUNTS = pl.Schema({name: _POLARS[kind] for name, kind in COUNTS.items()})
_UNIT = ["feed", "delivered_on", "county_code", "part"]

#: What is kept of a day: one row a suite, unit and metric.
MEASURES = {
    "suite": pl.String,
    "county_code": pl.String,
    "part": pl.String,
    "delivered_on": pl.Date,
    "metric": pl.String,
    "value": pl.Float64,
}

#: Said across all feeds: measured with them, though its suite stands with the tables.
CONSERVATION = f"{TABLE_SUITES}/conservation"


@dataclass(frozen=True)
class Unit:
    """What a number is about: a county or the whole province, a part of it (a department, a file, a rule, a feed)."""

    county_code: str | None = None
    part: str | None = None
    delivered_on: date | None = None


Numbers = dict[Unit, dict[str, float | None]]


def structure(feed: Feed) -> list[str]:
    """The metrics of what the declaration of a feed says of its staged rows; each is 0 where all of it is true."""
    found = [f"{column.name}_missing" for column in feed.columns if column.required]
    for suffix, kind in (("unknown", "code"), ("misshapen", "digits"), ("negative", "number")):
        found += [f"{column.name}_{suffix}" for column in feed.columns if column.type == kind]
    return [*found, *(f"{end}_before_{start}" for start, end in feed.periods), "keys_repeated"]


def count_deliveries(engine: Engine, settings: Settings, until: date) -> None:
    """Make `delivery_measures` of everything delivered up to `until`, counting what was not counted before."""
    files = []
    for feed in FEEDS.values():
        statement = (SQL / "gates" / "feeds" / f"{feed.name}_rows.sql").read_text(encoding="utf-8")
        rows, counts = {}, {}
        for group in groups(settings, feed.name, until):
            folder = group_folder(settings, feed.name, group.delivered_on)
            made_of = hashlib.sha256(f"{group.rows} {statement}".encode()).hexdigest()[:16]
            counts[group.delivered_on] = folder / f"counts-{made_of}.parquet"
            if not counts[group.delivered_on].exists():
                rows[group.delivered_on] = folder / group.rows
        if rows:
            _count(engine, feed, statement, rows, counts)
        make_months(settings.staging / feed.name, "counts", counts, until, _join)
        files += by_month(settings.staging / feed.name, "counts", counts)
    engine.view("kept_counts", files, COUNTS)
    engine.make("delivery_measures", "SELECT * FROM kept_counts")


def _join(paths: list[Path], path: Path) -> None:
    write_parquet(pl.concat([read_parquet(part) for part in paths]), path)


def _count(engine: Engine, feed: Feed, statement: str, rows: Mapping[date, Path], counts: Mapping[date, Path]) -> None:
    """Count the rows of deliveries of a feed, all in one pass, and keep the counts of each beside its rows."""
    columns = [*(column.staged for column in feed.columns), "ord", "delivered_on", "superseded"]
    engine.view(f"measured_{feed.name}", rows.values(), dict.fromkeys(columns, ""))
    names, found = engine.table(f"{feed.name}_rows", statement)
    schema = {name: _COUNTS.get(name, pl.Int64) for name in names}
    wide = pl.DataFrame(found, schema=schema, orient="row").with_columns(feed=pl.lit(feed.name))
    by_unit = wide.group_by(_UNIT).agg(pl.col(structure(feed)).sum()).unpivot(index=_UNIT, variable_name="metric")
    by_place = wide.rename({"rows": "value"}).with_columns(metric=pl.lit("rows"))
    long = pl.concat([part.match_to_schema(_COUNTS, missing_columns="insert", extra_columns="ignore")
                      for part in (by_place, by_unit)]).sort(*_COUNTS)  # fmt: skip
    for day in rows:
        path, part = counts[day], long.filter(delivered_on=day)
        place(path.parent, lambda temporary, part=part: write_parquet(part, temporary), lambda _, path=path: path.name)
        for old in path.parent.glob("counts-*.parquet"):
            if old != path:
                old.unlink()


def measure_deliveries(engine: Engine) -> pl.DataFrame:
    """Measure the newest deliveries of every feed, in the engine of a day that was worked out up to its names."""
    for name, select in steps("quality").items():
        engine.make(name, select)
    shared = {
        name: _wide(engine, name) for name in ("measures_of_deliveries", "measures_of_people", "measures_of_codes")
    }
    counted: dict[tuple, dict[str, float | None]] = {}
    for feed, unit, metric, value in engine.rows(
        "counted_units",
        """SELECT u.feed, u.unit, m.metric, CAST(sum(m.value) AS DOUBLE)
        FROM quality_units u
        JOIN delivery_measures m
            ON m.feed = u.feed
            AND m.delivered_on = u.delivered_on
            AND m.county_code IS NOT DISTINCT FROM u.county_code
            AND m.part IS NOT DISTINCT FROM u.part
        GROUP BY u.feed, u.unit, m.metric""",
    ):
        counted.setdefault((feed, unit), {})[metric] = value
    units = engine.rows("quality_units", "SELECT feed, county_code, part, delivered_on, unit FROM quality_units")
    rows = []
    for feed in FEEDS.values():
        names = ["rows", *structure(feed), *(name for columns, _ in shared.values() for name in columns)]
        for _, county, part, delivered_on, unit in (row for row in units if row[0] == feed.name):
            found = dict.fromkeys(names) | counted.get((feed.name, unit), {})
            for _, values in shared.values():
                found |= values.get((feed.name, unit), {})
            rows += [(f"{FEED_SUITES}/{feed.name}", county, part, delivered_on, name, found[name]) for name in names]
    return pl.DataFrame(rows, schema=MEASURES, orient="row")


def measure_conservation(engine: Engine) -> pl.DataFrame:
    """Measure what became of the rows of every feed, in the engine of a day that was worked out up to its evidence."""
    select = (SQL / "quality" / "tables" / "conservation_table.sql").read_text(encoding="utf-8")
    engine.make("measures_of_conservation", select)
    names, conserved = _wide(engine, "measures_of_conservation")
    rows = [
        (CONSERVATION, None, feed, None, name, found[name]) for (feed, _), found in conserved.items() for name in names
    ]
    return pl.DataFrame(rows, schema=MEASURES, orient="row")


def kept_numbers(measures: pl.DataFrame) -> dict[str, Numbers]:
    """Suite → its numbers, of what was kept of a day."""
    found: dict[str, Numbers] = {}
    for suite, county, part, delivered_on, metric, value in measures.iter_rows():
        found.setdefault(suite, {}).setdefault(Unit(county, part, delivered_on), {})[metric] = value
    return found


def measure_tables(engine: Engine) -> dict[str, Numbers]:
    """Suite → its numbers, measured of the tables that are about to be published."""
    found: dict[str, Numbers] = {}
    for suite in suites(TABLE_SUITES):
        if suite.name != CONSERVATION:
            found[suite.name] = _table(engine, suite)
    return found


def _table(engine: Engine, suite: Suite) -> Numbers:
    path = SQL / "quality" / "tables" / f"{suite.about}_table.sql"
    try:
        select = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FanpinError(f"expectations/{suite.name}.yaml: there is no sql/quality/tables/{path.name}.") from None
    columns, rows = engine.table(path.stem, select)
    found: Numbers = {}
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        unit = Unit(values.pop("county_code", None), values.pop("part", None))
        found[unit] = {name: None if value is None else float(value) for name, value in values.items()}
    return found


def _wide(engine: Engine, table: str) -> tuple[list[str], dict[tuple, dict[str, float | None]]]:
    """The metrics of a table, and its numbers by feed and unit, None for what the table does not say."""
    columns, rows = engine.table(table, f"SELECT * FROM {table}")
    metrics = [column for column in columns if column not in ("feed", "unit")]
    found = {}
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        found[values.get("feed"), values.get("unit")] = {
            name: None if values[name] is None else float(values[name]) for name in metrics
        }
    return metrics, found
