"""What is measured of deliveries and tables: numbers by unit, worked out by the files of sql/quality/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.feeds import FEEDS
from pipelines.gates.suites import FEED_SUITES, TABLE_SUITES, Suite, suites
from pipelines.settings import FanpinError
from pipelines.warehouse.engine import SQL, Engine, steps

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


def measure_deliveries(engine: Engine) -> pl.DataFrame:
    """Measure the newest deliveries of every feed, in the engine of a day that was worked out up to its warnings."""
    for name, select in steps("gates", "quality").items():
        engine.make(name, select)
    shared = {
        name: _wide(engine, name) for name in ("measures_of_deliveries", "measures_of_people", "measures_of_codes")
    }
    units = engine.rows("quality_units", "SELECT feed, county_code, part, delivered_on, unit FROM quality_units")
    rows = []
    for feed in FEEDS:
        own = _wide(engine, f"{feed}_columns")
        names = [*own[0], *(name for columns, _ in shared.values() for name in columns)]
        for _, county, part, delivered_on, unit in (row for row in units if row[0] == feed):
            found = dict.fromkeys(names)
            found |= own[1].get((None, unit), {})
            for _, values in shared.values():
                found |= values.get((feed, unit), {})
            rows += [(f"{FEED_SUITES}/{feed}", county, part, delivered_on, name, found[name]) for name in names]
    names, conserved = _wide(engine, "measures_of_conservation")
    for (feed, _), found in conserved.items():
        rows += [(CONSERVATION, None, feed, None, name, found[name]) for name in names]
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
    result = engine.execute(path.stem, select)
    columns = [column[0] for column in result.description]
    found: Numbers = {}
    for row in result.fetchall():
        values = dict(zip(columns, row, strict=True))
        unit = Unit(values.pop("county_code", None), values.pop("part", None))
        found[unit] = {name: None if value is None else float(value) for name, value in values.items()}
    return found


def _wide(engine: Engine, table: str) -> tuple[list[str], dict[tuple, dict[str, float | None]]]:
    """The metrics of a table, and its numbers by feed and unit, None for what the table does not say."""
    result = engine.execute(table, f"SELECT * FROM {table}")
    columns = [column[0] for column in result.description]
    metrics = [column for column in columns if column not in ("feed", "unit")]
    found = {}
    for row in result.fetchall():
        values = dict(zip(columns, row, strict=True))
        found[values.get("feed"), values.get("unit")] = {
            name: None if values[name] is None else float(values[name]) for name in metrics
        }
    return metrics, found
