"""The suites of `expectations/`: what the numbers measured of a delivery or a table must be. Read, never built.

Great Expectations leaves out what it doesn't understand and passes; so what a file says is checked here first, and
refused where it could pass in silence: an unknown type, severity or key, an empty suite, a bound that binds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from pipelines.feeds import FEEDS
from pipelines.settings import CHECKOUT, FanpinError

EXPECTATIONS = CHECKOUT / "expectations"

#: The folders of suites: of feeds, and of published tables (and what is said across them).
FEED_SUITES, TABLE_SUITES = "feeds", "tables"

#: A line is a bound on a number. More kinds are not needed: what is to be expected is measured in SQL.
TYPE = "expect_column_values_to_be_between"
SEVERITIES = ("critical", "warning", "info")
_LINE = {"type", "kwargs", "severity", "description"}
_BOUNDS = ("min_value", "max_value")


@dataclass(frozen=True)
class Expectation:
    """One line of a suite: a metric, its bounds, how much it matters, and what it says, in Chinese."""

    metric: str
    least: float | None
    most: float | None
    severity: str
    description: str

    @property
    def raw(self) -> dict[str, Any]:
        """The line as Great Expectations reads it."""
        bounds = {"min_value": self.least, "max_value": self.most}
        return {
            "type": TYPE,
            "kwargs": {"column": self.metric} | {k: v for k, v in bounds.items() if v is not None},
            "severity": self.severity,
            "description": self.description,
        }


@dataclass(frozen=True)
class Suite:
    """A file of `expectations/`; `name` is its folder and stem, like `feeds/posts`."""

    name: str
    title: str
    expectations: tuple[Expectation, ...]

    @property
    def about(self) -> str:
        """The feed or table it is about."""
        return self.name.split("/", 1)[1]


def suites(folder: str, root: Path | None = None) -> tuple[Suite, ...]:
    """The suites of a folder, by name. Raises FanpinError, naming file and line, where one can't be trusted."""
    return _suites(folder, root or EXPECTATIONS)


@cache
def _suites(folder: str, root: Path) -> tuple[Suite, ...]:
    paths = sorted((root / folder).glob("*.yaml"))
    tables = {path.stem.removesuffix("_table") for path in (CHECKOUT / "sql" / "quality" / "tables").glob("*.sql")}
    wanted = FEEDS.keys() if folder == FEED_SUITES else tables
    if missing := sorted(wanted - {path.stem for path in paths}):
        raise FanpinError(
            f"expectations/{folder}/{missing[0]}.yaml is missing: put it back, for what has no suite is not judged."
        )
    return tuple(read_suite(path) for path in paths)


def read_suite(path: Path) -> Suite:
    """One suite. Raises FanpinError where a line is not one that can be judged."""
    from ruamel.yaml import YAML, YAMLError

    name = f"{path.parent.name}/{path.stem}"
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise FanpinError(f"expectations/{name}.yaml is not UTF-8: save it as UTF-8.") from None
    except (OSError, YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" from line {mark.line + 1} on" if mark else ""
        raise FanpinError(f"expectations/{name}.yaml can't be read{where} ({type(error).__name__}): mend it.") from None
    if not isinstance(raw, dict) or raw.keys() != {"name", "notes", "expectations"}:
        raise FanpinError(f"expectations/{name}.yaml: expected name, notes and expectations, and nothing else.")
    if raw["name"] != path.stem:
        raise FanpinError(f"expectations/{name}.yaml: expected the name {path.stem}, as the file's.")
    lines = raw["expectations"]
    if not isinstance(lines, list) or not lines:
        raise FanpinError(f"expectations/{name}.yaml expects nothing: an empty suite would pass whatever comes.")
    found: dict[str, Expectation] = {}
    for number, line in enumerate(lines, start=1):
        where = f"expectations/{name}.yaml, expectation {number}{_about(line)}"
        expectation = _expectation(where, line)
        if expectation.metric in found:
            raise FanpinError(f"{where}: the metric has a line already; give both bounds in one.")
        found[expectation.metric] = expectation
    return Suite(name, str(raw["notes"]), tuple(found.values()))


def _about(line: Any) -> str:
    """The metric of a line of a suite, where it can be told: for who looks for it in the file."""
    kwargs = line.get("kwargs") if isinstance(line, dict) else None
    return f" ({kwargs['column']})" if isinstance(kwargs, dict) and isinstance(kwargs.get("column"), str) else ""


def _expectation(where: str, line: Any) -> Expectation:
    if not isinstance(line, dict) or line.keys() != _LINE:
        raise FanpinError(f"{where}: expected {', '.join(sorted(_LINE))}, and nothing else.")
    if line["type"] != TYPE:
        raise FanpinError(f"{where}: unknown type; expected {TYPE}.")
    if line["severity"] not in SEVERITIES:
        raise FanpinError(f"{where}: unknown severity; expected one of {', '.join(SEVERITIES)}.")
    if not isinstance(line["description"], str) or not line["description"].strip():
        raise FanpinError(f"{where}: a description is needed: one sentence, in Chinese.")
    kwargs = line["kwargs"]
    if (
        not isinstance(kwargs, dict)
        or not isinstance(kwargs.get("column"), str)
        or kwargs.keys() - {"column", *_BOUNDS}
    ):
        raise FanpinError(f"{where}: kwargs are column and min_value or max_value, and nothing else.")
    least, most = (kwargs.get(bound) for bound in _BOUNDS)
    for bound in (least, most):
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int | float) or not isfinite(bound)):
            raise FanpinError(f"{where}: a bound is a number.")
    if least is None and most is None:
        raise FanpinError(f"{where}: a bound is needed, min_value or max_value: without one everything passes.")
    if least is not None and most is not None and least > most:
        raise FanpinError(f"{where}: min_value lies above max_value.")
    return Expectation(kwargs["column"], least, most, line["severity"], line["description"])
