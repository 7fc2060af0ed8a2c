"""Great Expectations as the judge of frames of numbers. It never sees a row, and nothing of its results is kept but
which units fail.

It is imported when the first frame is judged, once a process: the import takes seconds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.gates.suites import Expectation, Suite
from pipelines.settings import FanpinError

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch

Value = float | None

#: What was judged in this process: bounds and numbers → which of the numbers fail. The days of a backfill are alike.
_judged: dict[tuple[float | None, float | None, tuple[float, ...]], frozenset[int]] = {}


def judge(suite: Suite, columns: dict[str, Sequence[Value]]) -> dict[str, list[bool | None]]:
    """Metric → for each unit whether it passes; None where there is no number: it can't be judged, and hasn't passed.

    `columns` has the numbers of each metric, all of the same units in the same order. Raises FanpinError where the
    suite names a metric that was not measured, or Great Expectations did not judge what it was given.
    """
    asked: list[tuple[Expectation, tuple[float, ...]]] = []
    for expectation in suite.expectations:
        if expectation.metric not in columns:
            raise FanpinError(f"expectations/{suite.name}.yaml: {expectation.metric} is not measured in sql/quality/.")
        numbers = _numbers(suite, expectation.metric, columns[expectation.metric])
        if numbers and (expectation.least, expectation.most, numbers) not in _judged:
            asked.append((expectation, numbers))
    _ask(suite, asked)
    verdicts: dict[str, list[bool | None]] = {}
    for expectation in suite.expectations:
        values = columns[expectation.metric]
        numbers = _numbers(suite, expectation.metric, values)
        failing = _judged[expectation.least, expectation.most, numbers] if numbers else frozenset()
        places = iter(range(len(numbers)))
        verdicts[expectation.metric] = [None if value is None else next(places) not in failing for value in values]
    return verdicts


def _numbers(suite: Suite, metric: str, values: Sequence[Value]) -> tuple[float, ...]:
    """The numbers of a column without the missing ones, which Great Expectations would let pass."""
    numbers = []
    for value in values:
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise FanpinError(f"{suite.name}: {metric} is no number; only numbers are judged.")
        numbers.append(float(value))
    return tuple(numbers)


def _ask(suite: Suite, asked: list[tuple[Expectation, tuple[float, ...]]]) -> None:
    """Have the expectations judged, those of equally many numbers together: a frame has one length."""
    lengths = sorted({len(numbers) for _, numbers in asked})
    for length in lengths:
        part = [(expectation, numbers) for expectation, numbers in asked if len(numbers) == length]
        for (expectation, numbers), failing in zip(part, _validate(suite, part), strict=True):
            _judged[expectation.least, expectation.most, numbers] = failing


def _validate(suite: Suite, part: list[tuple[Expectation, tuple[float, ...]]]) -> list[frozenset[int]]:
    gx, batches = _great_expectations()
    import pandas

    frame = pandas.DataFrame({expectation.metric: numbers for expectation, numbers in part})
    frame.insert(0, "unit", range(len(frame)))
    batch: Batch = batches.get_batch(batch_parameters={"dataframe": frame})
    read = gx.ExpectationSuite(name=suite.name, expectations=[expectation.raw for expectation, _ in part])
    # What Great Expectations doesn't understand it leaves out, and the rest passes.
    if len(read.expectations) != len(part):
        raise FanpinError(f"expectations/{suite.name}.yaml: not every line was understood; nothing was judged.")
    result = batch.validate(
        read, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["unit"]}
    )
    found: dict[str, frozenset[int]] = {}
    for one in result.results:
        said: dict[str, Any] = one.result
        listed = said.get("unexpected_index_list")
        if one.exception_info.get("raised_exception") or said.get("element_count") != len(frame):
            raise FanpinError(f"expectations/{suite.name}.yaml: a line could not be judged.")
        failing = frozenset(int(row["unit"]) for row in listed or ())
        if bool(one.success) == bool(failing):
            raise FanpinError(f"expectations/{suite.name}.yaml: a line was judged without saying what fails it.")
        found[one.expectation_config.kwargs["column"]] = failing
    if found.keys() != {expectation.metric for expectation, _ in part}:
        raise FanpinError(f"expectations/{suite.name}.yaml: not every line was judged.")
    return [found[expectation.metric] for expectation, _ in part]


@cache
def _great_expectations() -> tuple[Any, Any]:
    """The module, and what makes batches of frames. No project folder, no store, nothing sent."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # Where pyspark lacks a part, its import ends the process with code 0; nothing here needs it.
    spark = sys.modules.get("pyspark")
    sys.modules["pyspark"] = None  # type: ignore[assignment]
    try:
        import great_expectations as gx
    except ImportError:
        raise FanpinError(
            "great-expectations can't be imported, so nothing can be judged or published: install what "
            "requirements.lock names (`make setup`)."
        ) from None
    finally:
        if spark is None:
            del sys.modules["pyspark"]
        else:
            sys.modules["pyspark"] = spark
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("measured").add_dataframe_asset("numbers")
    return gx, asset.add_batch_definition_whole_dataframe("all")
