"""`brief.html`: one self-contained page for people who would rather look than read. No person can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.feeds import FEEDS
from pipelines.warehouse.engine import Engine, steps

#: Fewer people than this are not shown of a county.
FEWEST = 10

_STATUS = {"rejected": "未能读取", "held": "暂存待确认"}
_COUNTED = ("workforce", "working", "help", "to_check", "unit_fault", "overdue")


def brief(engine: Engine, day: date) -> str:
    """The page as HTML, from the tables of `derive_warnings`."""
    tables = {name.removeprefix("brief_"): _rows(engine, name, select) for name, select in steps("brief").items()}
    rules = [
        row for row in tables["rules"] if any(row[k] for k in ("red", "orange", "yellow", "blue", "opened", "ended"))
    ]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html.j2").render(
        day=day,
        headline=tables["headline"][0],
        rules=rules,
        most=max((sum(row[k] for k in ("red", "orange", "yellow", "blue")) for row in rules), default=1) or 1,
        counties=_suppressed(tables["counties"]),
        feeds=tables["feeds"],
        absent=[feed.chinese for feed in FEEDS.values() if feed.name not in {row["feed"] for row in tables["feeds"]}],
        troubles=tables["troubles"][:50],
        more_troubles=max(len(tables["troubles"]) - 50, 0),
        unjudged=tables["unjudged"],
        chinese={feed.name: feed.chinese for feed in FEEDS.values()},
        status=_STATUS,
        fewest=FEWEST,
    )


def hide_few(counts: Sequence[int]) -> list[int | None]:
    """Counts of a column whose total is known, with those hidden (None) from which few people could be told.

    Where one alone would be hidden, the next smallest is hidden too, so that the total doesn't give it away.
    """
    shown: list[int | None] = [None if 0 < count < FEWEST else count for count in counts]
    if shown.count(None) == 1:
        others = [place for place, count in enumerate(shown) if count]
        if others:
            shown[min(others, key=lambda place: counts[place])] = None
    return shown


def _suppressed(rows: list[dict]) -> list[dict]:
    at_rest = hide_few([row["workforce"] - row["working"] for row in rows])
    columns = {name: hide_few([row[name] for row in rows]) for name in _COUNTED}
    found = []
    for place, row in enumerate(rows):
        shown = row | {name: columns[name][place] for name in _COUNTED}
        if at_rest[place] is None:
            # Those not at work could be told from the other two columns.
            shown["working"] = None
        known = shown["workforce"] and shown["working"] is not None
        shown["rate"] = f"{100 * shown['working'] / shown['workforce']:.1f}" if known else None
        found.append(shown)
    return found


def _rows(engine: Engine, name: str, select: str) -> list[dict]:
    result = engine.execute(name, select)
    columns = [column[0] for column in result.description]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
