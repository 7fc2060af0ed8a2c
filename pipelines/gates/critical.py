"""Which deliveries fail a critical line of their feed's suite, and so are held.

What is counted of a delivery's own rows is known for every delivery. What else a suite may call critical (the share of
people outside the registry, say) is measured as things stood on the delivery date, and only where a suite asks for it:
the suites as they come ask for none of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import polars as pl

from pipelines.feeds import FEEDS
from pipelines.gates.holds import Holds, Part
from pipelines.gates.judge import ask, judge, know
from pipelines.gates.measures import structure
from pipelines.gates.suites import FEED_SUITES, Expectation, Suite, suites
from pipelines.settings import Settings
from pipelines.staging.accounts import FileAccount
from pipelines.staging.storage import place
from pipelines.warehouse.engine import Engine

#: What is said of a delivery on the page without its being a reason to hold it: that it is held, could not be read
#: and so counts nothing anyway, or has grown old since.
_NOT_HELD = {"held", "rejected", "age_days", "age_to_limit"}


def failing(
    engine: Engine, settings: Settings, accounts: list[FileAccount], as_of: Callable[[date, Holds], pl.DataFrame]
) -> Callable[[date, Holds], dict[Part, str]]:
    """What of a delivery date fails, given what is held before it; `delivery_measures` has been made.

    `as_of` measures everything known on a delivery date. Raises FanpinError where a suite can't be trusted.
    """
    counted = _counted(engine, settings)
    others = _lines(lambda feed, line: line.metric not in {*structure(FEEDS[feed]), *_NOT_HELD})
    dates = {(account.feed, account.delivered_on) for account in accounts}

    def on(day: date, found: Holds) -> dict[Part, str]:
        said = dict(counted.get(day, {}))
        asked = [suite for suite in others if (suite.about, day) in dates]
        if asked:
            measured = as_of(day, found).filter(delivered_on=day)
            for suite in asked:
                said |= _failing(suite, measured.filter(suite=suite.name))
        return said

    return on


def _counted(engine: Engine, settings: Settings) -> dict[date, dict[Part, str]]:
    """Delivery date → what fails a critical line about its own rows."""
    wanted = _lines(lambda feed, line: line.metric in structure(FEEDS[feed]))
    numbers: dict[str, dict[str, list[float | None]]] = {
        suite.about: {line.metric: [] for line in suite.expectations} for suite in wanted
    }
    select = "SELECT DISTINCT feed, metric, CAST(value AS DOUBLE) FROM delivery_measures WHERE metric <> 'rows'"
    for feed, metric, value in engine.rows("delivery_measures", select):
        if metric in numbers.get(feed, {}):
            numbers[feed][metric].append(value)
    _ask(settings, wanted, numbers)
    found: dict[date, dict[Part, str]] = {}
    for suite in wanted:
        verdicts = judge(suite, numbers[suite.about])
        for line in suite.expectations:
            wrong = [
                n for n, ok in zip(numbers[suite.about][line.metric], verdicts[line.metric], strict=True) if not ok
            ]
            if not wrong:
                continue
            select = f"""SELECT delivered_on, county_code, part, value FROM delivery_measures
                WHERE feed = '{suite.about}' AND metric = '{line.metric}' AND value IN ({", ".join(map(str, wrong))})"""
            for day, county, part, value in engine.rows("delivery_measures", select):
                found.setdefault(day, {}).setdefault((suite.about, county, part), _why(line, value))
    return found


def _ask(settings: Settings, wanted: list[Suite], numbers: dict[str, dict[str, list[float | None]]]) -> None:
    """Have it judged, with what was said before: a command that only reads need not wait for Great Expectations."""
    path = settings.home / "quality" / "answers.json"
    try:
        kept = {(least, most, number): passes for least, most, number, passes in json.loads(path.read_bytes())}
    except (OSError, ValueError):
        kept = {}
    know(kept)
    answers = ask((suite, numbers[suite.about]) for suite in wanted)
    if not answers.keys() <= kept.keys():
        lines = sorted(([*question, passes] for question, passes in (kept | answers).items()), key=str)
        place(path.parent, lambda temporary: temporary.write_text(json.dumps(lines)), lambda _: path.name)


def _failing(suite: Suite, measured: pl.DataFrame) -> dict[Part, str]:
    """What fails a line of a suite, of what was measured on a delivery date."""
    units = measured.select("county_code", "part").unique().sort("county_code", "part").rows()
    values = {(county, part, metric): value for _, county, part, _, metric, value in measured.iter_rows()}
    metrics = set(measured["metric"])
    columns = {metric: [values[*unit, metric] for unit in units] for metric in metrics}
    verdicts = judge(suite, columns)
    found: dict[Part, str] = {}
    for line in suite.expectations:
        for unit, value, passes in zip(units, columns[line.metric], verdicts[line.metric], strict=True):
            if passes is False:
                found.setdefault((suite.about, *unit), _why(line, value))
    return found


def _lines(wanted: Callable[[str, Expectation], bool]) -> list[Suite]:
    """The suites of feeds with those of their critical lines that are wanted, where there are any."""

    def cut(lines: Iterable[Expectation], feed: str) -> tuple[Expectation, ...]:
        return tuple(line for line in lines if line.severity == "critical" and wanted(feed, line))

    found = [replace(suite, expectations=cut(suite.expectations, suite.about)) for suite in suites(FEED_SUITES)]
    return [suite for suite in found if suite.expectations]


def _why(line: Expectation, value: float | None) -> str:
    bounds = (("下限", line.least), ("上限", line.most))  # whoever changed them may have left the words as they were
    said = "，".join(f"{word}{bound:g}" for word, bound in bounds if bound is not None)
    return f"不符合：{line.description}（{value:g}，{said}）"
