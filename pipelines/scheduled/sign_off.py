"""When a day's warnings are out of the ordinary, so that a person decides whether they are published.

Only counts by rule and county are looked at and shown, never people.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from pipelines.files import append_line
from pipelines.settings import FanpinError, Settings, today
from pipelines.staging.storage import private_folder
from pipelines.warehouse.day import content
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings
from pipelines.warehouse.kept import run_dates

#: Out of the ordinary: more than `TIMES` the median of the trailing `RUNS` run dates, and more than `AT_LEAST`.
RUNS, TIMES, AT_LEAST = 14, 3, 50
ALL = "all rules"
#: What is out of the ordinary of a date that has not come: deliveries of a mistyped date, as a rule.
AHEAD = "a date after today"


@dataclass(frozen=True)
class Tally:
    """The warnings that have not ended on a day, found wrong or not, counted.

    `usual` is the median of the run dates before it, by rule and in all; `unusual` are the rules, or all of them
    together, that are out of the ordinary, and `AHEAD`. `content` is a digest of what the day concluded. None of it is
    about a person.
    """

    day: date
    by_rule: dict[str, int]
    by_county: dict[str, int]
    usual: dict[str, float]
    unusual: tuple[str, ...]
    content: str

    def text(self) -> str:
        """What a person who signs off is shown, as Markdown."""
        ahead = f" **{self.day} lies after today: was the delivery's date mistyped?**" if AHEAD in self.unusual else ""
        lines = [
            f"{self.day}: {self.by_rule.get(ALL, 0)} warnings have not ended.{ahead}",
            "",
            "| rule | not ended | usual | |",
        ]
        lines.append("|---|---:|---:|---|")
        for rule, number in sorted(self.by_rule.items(), key=lambda item: (item[0] not in self.unusual, item[0])):
            mark = "out of the ordinary" if rule in self.unusual else ""
            lines.append(f"| {rule} | {number} | {self.usual.get(rule, 0):g} | {mark} |")
        lines += ["", "| county | not ended |", "|---|---:|"]
        lines += [f"| {county} | {number} |" for county, number in sorted(self.by_county.items())]
        return "\n".join(lines)


def tally(settings: Settings, day: date) -> Tally:
    """Count the warnings that have not ended on `day`, against the run dates before it.

    Raises FanpinError where it was not run.
    """
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        rows = engine.rows("tally", "SELECT rule, county_code, opened_on, resolved_on FROM warnings")
    before = run_dates(settings, day)[:-1][-RUNS:]
    counts = {d: _by_rule(rows, d) for d in (*before, day)}
    now = counts[day]
    usual = {rule: median(counts[d][rule] for d in before) for rule in now} if before else {}
    counties = Counter(county for _, county, opened, ended in rows if _lasts(opened, ended, day))
    unusual = tuple(rule for rule in sorted(usual) if now[rule] > max(AT_LEAST, TIMES * usual[rule]))
    if day > today():
        unusual = (AHEAD, *unusual)
    return Tally(day, dict(now), dict(counties), usual, unusual, content(settings, day) or "")


def record(settings: Settings, found: Tally, approved: bool, by: str, at: str) -> None:
    """Add to the list of decisions, which is only ever added to: who decided on which content, and when."""
    private_folder(_path(settings).parent)
    line = {"day": found.day.isoformat(), "content": found.content, "approved": approved, "by": by, "at": at}
    if line not in _decisions(settings):
        append_line(_path(settings), line)


def settle(
    settings: Settings, found: Tally, shown: str, approved: bool, by: str, at: str, progress: Callable[[str], None]
) -> bool:
    """Record an answer to what was shown of a day, by its `content`; whether the day is let out.

    An answer to what the day no longer concludes decides nothing: who gave it did not see what would be published, and
    the run that worked it out anew asks by itself.
    """
    progress(f"{'approved' if approved else 'rejected'} by {by}")
    if found.content != shown:
        progress("which decides nothing: the day was run again since, and says something else; its newer run asks")
        return False
    record(settings, found, approved, by, at)
    return approved


def is_approved(settings: Settings, found: Tally) -> bool:
    """Whether the newest decision on just this content of the day let it out: then nobody is asked again."""
    given = [d for d in _decisions(settings) if (d["day"], d["content"]) == (found.day.isoformat(), found.content)]
    return bool(given) and given[-1]["approved"]


def _by_rule(rows: list[tuple], day: date) -> Counter[str]:
    found = Counter(rule for rule, _, opened, ended in rows if _lasts(opened, ended, day))
    found[ALL] = found.total()
    return found


def _lasts(opened_on: date, ended_on: date | None, day: date) -> bool:
    return opened_on <= day and (ended_on is None or ended_on > day)


def _decisions(settings: Settings) -> list[dict]:
    try:
        return [json.loads(line) for line in _path(settings).read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except ValueError:
        raise FanpinError("gates/sign_offs.jsonl can't be read: put it back from a backup.") from None


def _path(settings: Settings) -> Path:
    return settings.home / "gates" / "sign_offs.jsonl"
