"""`quality.html`: what the suites say of the day, on one self-contained page. Numbers only: no row, no name, no ID."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.gates.suites import FEED_SUITES, TABLE_SUITES, suites
from pipelines.warehouse.engine import Engine

#: So many failing lines are shown of a severity; the others are counted, and stand in the table `quality`.
SHOWN = 200

SEVERITIES = {"critical": "须暂存", "warning": "提醒", "info": "记录"}


def quality_page(engine: Engine, day: date) -> str:
    """The page as HTML, from the table `quality_results`."""
    failing = {
        severity: engine.execute(
            "quality.html",
            f"""SELECT q.suite, q.description, coalesce(c.county, q.county_code) AS county,
                coalesce(r.title, f.chinese, q.part) AS part, q.delivered_on, q.observed, q.least, q.most
            FROM quality_results q
            LEFT JOIN reference_counties c ON c.county_code = q.county_code
            LEFT JOIN reference_rules r ON r.rule = q.part
            LEFT JOIN feed_names f ON f.feed = q.part
            WHERE q.verdict = 'fail' AND q.severity = '{severity}'
            ORDER BY q.suite, q.county_code, q.part, q.expectation""",
        ).fetchall()
        for severity in SEVERITIES
    }
    counts: dict[str, Counter[str]] = {}
    for suite, verdict, number in engine.rows(
        "quality.html", "SELECT suite, verdict, count(*) FROM quality_results GROUP BY suite, verdict"
    ):
        counts.setdefault(suite, Counter())[verdict] = number
    unknown = engine.rows(
        "quality.html",
        """SELECT suite, description, count(*) FROM quality_results WHERE verdict = 'cannot_judge'
        AND suite NOT IN (
            SELECT suite FROM quality_results GROUP BY suite HAVING bool_and(verdict = 'cannot_judge')
        )
        GROUP BY suite, description ORDER BY suite, description""",
    )
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = _number
    return environment.get_template("quality.html.j2").render(
        day=day,
        severities=SEVERITIES,
        failing={severity: rows[:SHOWN] for severity, rows in failing.items()},
        more={severity: max(len(rows) - SHOWN, 0) for severity, rows in failing.items()},
        groups={
            "各类报送（最近一次）": [(suite, counts.get(suite.name, Counter())) for suite in suites(FEED_SUITES)],
            "本日发布的表": [(suite, counts.get(suite.name, Counter())) for suite in suites(TABLE_SUITES)],
        },
        titles={suite.name: suite.title for folder in (FEED_SUITES, TABLE_SUITES) for suite in suites(folder)},
        unknown=unknown,
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
