"""The quality of a day: what was measured of it, judged by the suites, and kept.

A critical line about a delivery has had it held before; one about the tables to be published stops the publication.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipelines.gates.judge import ask, judge
from pipelines.gates.measures import Numbers, Unit, kept_numbers, measure_tables
from pipelines.gates.suites import FEED_SUITES, TABLE_SUITES, suites
from pipelines.parquet import read_parquet, write_parquet
from pipelines.settings import FanpinError, Settings
from pipelines.staging.storage import place
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.kept import kept

RESULTS = {
    "run_date": pl.Date,
    "suite": pl.String,
    "expectation": pl.String,
    "description": pl.String,
    "county_code": pl.String,
    "part": pl.String,
    "delivered_on": pl.Date,
    "severity": pl.String,
    "least": pl.Float64,
    "most": pl.Float64,
    "observed": pl.Float64,
    "verdict": pl.String,
}

#: A number within its bounds, one outside, and none.
PASS, FAIL, CANNOT_JUDGE = "pass", "fail", "cannot_judge"
_VERDICTS = {True: PASS, False: FAIL, None: CANNOT_JUDGE}


def judge_day(engine: Engine, settings: Settings, day: date) -> None:
    """Judge `day` and make `quality_results`; `derive_warnings` and the tables to publish have been made.

    The results are kept in `home/quality/<date>.parquet`. Raises FanpinError where something critical fails: what was
    published before stays.
    """
    measured = kept_numbers(read_parquet(kept(settings, day, "measures")))
    measured |= measure_tables(engine)
    results = verdicts(day, measured)
    _keep(settings, day, results)
    refuse(results)
    engine.load("quality_results", results)


def verdicts(day: date, measured: dict[str, Numbers]) -> pl.DataFrame:
    """A row for each suite, line and unit. Raises FanpinError where a suite was not measured."""
    judged = []
    for suite in (*suites(FEED_SUITES), *suites(TABLE_SUITES)):
        if suite.name not in measured:
            raise FanpinError(f"{suite.name} was not measured on {day}: run the day again.")
        # Where nothing was measured there is something to say all the same: an empty frame would pass.
        numbers = measured[suite.name] or {Unit(): {line.metric: None for line in suite.expectations}}
        units = sorted(numbers, key=lambda unit: (unit.county_code or "", _natural(unit.part)))
        metrics = {metric for found in numbers.values() for metric in found}
        judged.append((suite, numbers, units, {m: [numbers[unit].get(m) for unit in units] for m in metrics}))
    ask((suite, columns) for suite, _, _, columns in judged)
    rows = []
    for suite, numbers, units, columns in judged:
        found = judge(suite, columns)
        rows += [
            (
                day, suite.name, line.metric, line.description, unit.county_code, unit.part, unit.delivered_on,
                line.severity, line.least, line.most, numbers[unit].get(line.metric), _VERDICTS[verdict],
            )
            for line in suite.expectations
            for unit, verdict in zip(units, found[line.metric], strict=True)
        ]  # fmt: skip
    return pl.DataFrame(rows, schema=RESULTS, orient="row")


def refuse(results: pl.DataFrame) -> None:
    """Raises FanpinError where something critical fails of the tables that are about to be published."""
    of_tables = pl.col("suite").str.starts_with(f"{TABLE_SUITES}/")
    failed = results.filter(of_tables, severity="critical", verdict=FAIL).to_dicts()
    if failed:
        said = "; ".join(
            " ".join(
                str(row[name]) for name in ("suite", "expectation", "county_code", "part") if row[name] is not None
            )
            + f" is {row['observed']:g}"
            for row in failed[:5]
        )
        raise FanpinError(
            f"{len(failed)} critical expectations fail, so the date is not published: {said}. expectations/ says what "
            "they mean. Deliveries that are bad end in quarantine or are held, so this is a fault of the program or "
            "the disk: run the day again; if it stays, report this line."
        )


def results_path(settings: Settings, day: date) -> Path:
    """Where the results of a day are kept."""
    return settings.home / "quality" / f"{day}.parquet"


def _keep(settings: Settings, day: date, results: pl.DataFrame) -> None:
    path = results_path(settings, day)
    place(path.parent, lambda temporary: write_parquet(results, temporary), lambda _: path.name)


def _natural(part: str | None) -> tuple[int, str]:
    return (int(part), "") if part and part.isdigit() else (0, part or "")
