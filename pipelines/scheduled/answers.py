"""What came back from the counties on the warnings of a day, counted by county."""

from __future__ import annotations

from datetime import date

from pipelines.settings import Settings
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings

_BY_COUNTY = """
    SELECT
        county_code,
        count(*) FILTER (is_standing) AS stand,
        count(*) FILTER (outcome IS NOT NULL) AS answered,
        count(*) FILTER (is_overdue) AS overdue,
        count(*) FILTER (is_service_overdue) AS service_overdue
    FROM warnings GROUP BY county_code ORDER BY county_code
"""
_UNKNOWN = "SELECT count(DISTINCT warning_id) FROM feedback WHERE warning_id NOT IN (SELECT warning_id FROM warnings)"


def answers(settings: Settings, day: date) -> dict:
    """Warnings that stand, were answered and are overdue, by county; and answers to warnings nobody knows.

    Raises FanpinError where `day` was not run.
    """
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        rows = engine.rows("answers", _BY_COUNTY)
        unknown = engine.rows("unknown_answers", _UNKNOWN)[0][0]
    names = ("stand", "answered", "overdue", "service_overdue")
    counties = {county: dict(zip(names, numbers, strict=True)) for county, *numbers in rows}
    totals = {name: sum(county[name] for county in counties.values()) for name in names}
    return {"all": totals | {"unknown_warnings": unknown}, "by_county": counties}
