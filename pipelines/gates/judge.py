"""Great Expectations as the judge of frames of numbers. It never sees a row, and nothing of its results is kept but
which units fail.

It is imported when the first frame is judged, once a process: the import takes seconds.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

from pipelines.gates.suites import Expectation, Suite
from pipelines.settings import FanpinError

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch

Value = float | None

#: Least and most, and a number: what one line says of one unit.
Question = tuple[float | None, float | None, float]

#: What Great Expectations said in this process: question → whether the number passes. Units and days are much alike,
#: so most of what is asked was asked before.
_answers: dict[Question, bool] = {}


def judge(suite: Suite, columns: Mapping[str, Sequence[Value]]) -> dict[str, list[bool | None]]:
    """Metric → for each unit whether it passes; None where there is no number: it can't be judged, and hasn't passed.

    `columns` has the numbers of each metric, all of the same units in the same order. Raises FanpinError where the
    suite names a metric that was not measured, or Great Expectations did not judge what it was given.
    """
    ask([(suite, columns)])
    return {
        line.metric: [
            None if value is None else _answers[line.least, line.most, float(value)] for value in columns[line.metric]
        ]
        for line in suite.expectations
    }


def ask(asked: Iterable[tuple[Suite, Mapping[str, Sequence[Value]]]]) -> dict[Question, bool]:
    """Have everything judged that was not judged before, at once; the answers to all of it. Raises as `judge`."""
    questions: dict[Question, Expectation] = {}
    for suite, columns in asked:
        for line in suite.expectations:
            if line.metric not in columns:
                meant = get_close_matches(line.metric, columns, n=1)
                raise FanpinError(
                    f"expectations/{suite.name}.yaml: {line.metric} is not measured in sql/quality/"
                    + (f"; is {meant[0]} meant?" if meant else ".")
                )
            for number in _numbers(suite, line.metric, columns[line.metric]):
                questions.setdefault((line.least, line.most, number), line)
    new: dict[tuple[float | None, float | None], tuple[Expectation, list[float]]] = {}
    for (least, most, number), line in questions.items():
        if (least, most, number) not in _answers:
            new.setdefault((least, most), (line, []))[1].append(number)
    if new:
        _validate(list(new.values()))
    return {question: _answers[question] for question in questions}


def know(answers: Mapping[Question, bool]) -> None:
    """Take over what Great Expectations said in an earlier process."""
    _answers.update(answers)


def _numbers(suite: Suite, metric: str, values: Sequence[Value]) -> set[float]:
    """The numbers of a column without the missing ones, which Great Expectations would let pass."""
    numbers = set()
    for value in values:
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise FanpinError(f"{suite.name}: {metric} is no number; only numbers are judged.")
        numbers.add(float(value))
    return numbers


def _validate(lines: list[tuple[Expectation, list[float]]]) -> None:
    """Have lines judged in one frame: a column a line, filled up with its last number to the length of the longest."""
    gx, batches = _great_expectations()
    import pandas

    length = max(len(numbers) for _, numbers in lines)
    columns = {
        f"line_{place}": numbers + numbers[-1:] * (length - len(numbers)) for place, (_, numbers) in enumerate(lines)
    }
    batch: Batch = batches.get_batch(
        batch_parameters={"dataframe": pandas.DataFrame({"unit": range(length)} | columns, dtype=float)}
    )
    raw = [
        line.raw | {"kwargs": line.raw["kwargs"] | {"column": f"line_{place}"}} for place, (line, _) in enumerate(lines)
    ]
    read = gx.ExpectationSuite(name="lines", expectations=raw)
    # What Great Expectations doesn't understand it leaves out, and the rest passes.
    if len(read.expectations) != len(lines):
        raise FanpinError("expectations/: not every line was understood by Great Expectations; nothing was judged.")
    result = batch.validate(
        read, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["unit"]}
    )
    found: dict[str, set[int]] = {}
    for one in result.results:
        said: dict[str, Any] = one.result
        if one.exception_info.get("raised_exception") or said.get("element_count") != length:
            raise FanpinError("expectations/: a line could not be judged by Great Expectations.")
        failing = {int(row["unit"]) for row in said.get("unexpected_index_list") or ()}
        if bool(one.success) == bool(failing):
            raise FanpinError("expectations/: a line was judged without saying what fails it.")
        found[one.expectation_config.kwargs["column"]] = failing
    if found.keys() != columns.keys():
        raise FanpinError("expectations/: not every line was judged by Great Expectations.")
    for (line, numbers), failing in zip(lines, (found[name] for name in columns), strict=True):
        for unit, number in enumerate(numbers):
            _answers[line.least, line.most, number] = unit not in failing


def _put_off(name: str) -> None:
    """Have a module of a package loaded when something of it is first used, not when it is imported."""
    if name in sys.modules or (spec := find_spec(name)) is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    package, _, part = name.rpartition(".")
    setattr(sys.modules[package], part, module)  # to look there for it is to use it, else


@cache
def _great_expectations() -> tuple[Any, Any]:
    """The module, and what makes batches of frames. No project folder, no store, nothing sent."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # It says some two hundred lines of what it loads, which would hide ours in the log of a task.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    # Where pyspark lacks a part, its import ends the process with code 0; nothing here needs it.
    spark = sys.modules.get("pyspark")
    sys.modules["pyspark"] = None  # type: ignore[assignment]
    # Its hundreds of thousands of objects stay: looked through for garbage time and again, they made everything that
    # comes after them an eighth slower.
    collects = gc.isenabled()
    gc.disable()
    try:
        _put_off("scipy.stats")  # a third of the import, for kinds of lines that are of distributions
        import great_expectations as gx
    except ImportError:
        raise FanpinError(
            "great-expectations can't be imported, so nothing can be judged or published: install what "
            "requirements.lock names (`make setup`)."
        ) from None
    finally:
        gc.freeze()
        atexit.register(gc.unfreeze)  # what else there was by now is still to be cleared away at the end
        if collects:
            gc.enable()
        if spark is None:
            del sys.modules["pyspark"]
        else:
            sys.modules["pyspark"] = spark
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("measured").add_dataframe_asset("numbers")
    return gx, asset.add_batch_definition_whole_dataframe("all")
