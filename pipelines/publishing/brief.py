"""The briefs: a self-contained page for the province and one for each county, for people who would rather look than
read. No person can be told from them: counts of few people are not shown, nor what would give them away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.feeds import FEEDS
from pipelines.publishing import charts
from pipelines.publishing.brief_counts import LEVELS, MEASURES, PROVINCE, count
from pipelines.publishing.words import LISTS, STATES
from pipelines.settings import Settings
from pipelines.warehouse.engine import Engine, quoted, steps
from pipelines.warehouse.kept import kept, run_dates

_STATUS = {"rejected": "未能读取", "held": "暂存待确认"}
#: So many files that were not used are named; the others are counted.
_TROUBLES = 50
#: So many of the counties with the lowest rate are named beside the map.
_LOWEST = 8

#: The workforce by state, as the bar shows it: column → Chinese.
_STATES = {
    "employed": "单位、灵活就业等",
    "on_post": STATES["on_post"],
    "unverified": STATES["unverified"],
    "suspected": STATES["suspected_unemployed"],
    "unemployed": STATES["unemployed"],
    "never_employed": STATES["never_employed"],
}

#: What became of warnings since the run date before, and what it means.
_CHANGES = {
    "opened": ("新增", "本次第一次查出"),
    "resolved": ("已消除", "情况已变或数据已更正"),
    "served": ("已办理", "核实属实，已帮扶或处置"),
    "dismissed": ("不属实", "核查后排除"),
    "lapsed": ("已过期", "只因期限已过，不等于解决"),
}


class Briefs:
    """What the pages say on `day`: warnings, the analysts' tables and those of the extracts are made in the engine.

    Raises FanpinError where the map beside the reference tables can't be read.
    """

    def __init__(self, engine: Engine, settings: Settings, day: date) -> None:
        self._day = day
        earlier = run_dates(settings, day)[:-1]
        self._before = earlier[-1] if earlier else None
        _load_before(engine, settings, self._before)
        tables = {name.removeprefix("brief_"): _rows(engine, name, select) for name, select in steps("brief").items()}
        self._rules = _rows(engine, "rules", "SELECT rule, title, list FROM reference_rules ORDER BY rule")
        lists = {row["rule"]: row["list"] for row in self._rules}
        published = {county for (county,) in engine.rows("counties", "SELECT county_code FROM extract_counties")}
        self._counties = sorted(
            published | {row["county_code"] for name in ("townships", "warnings") for row in tables[name]}
        )
        rows = (tables[name] for name in ("townships", "warnings", "days", "upheld"))
        self._counts = count(self._counties, *rows, lists, day)
        self._days = sorted({row["run_date"] for row in tables["days"]})
        self._feeds, self._troubles = tables["feeds"], tables["troubles"]
        self._by_county = {
            name: _grouped(tables[name], "county_code") for name in ("townships", "unjudged", "fresh", "upheld")
        }
        names = "SELECT county_code, county, prefecture FROM reference_counties"
        self._names = {row["county_code"]: row for row in _rows(engine, "counties", names)}
        self._map = charts.read_map(settings.reference)
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("brief.html.j2")

    def province(self) -> str:
        """The page of the province."""
        return self._page(
            PROVINCE,
            feeds=self._province_feeds(),
            unjudged=self._province_unjudged(),
            troubles=self._troubles[:_TROUBLES],
            more_troubles=max(len(self._troubles) - _TROUBLES, 0),
            counties=(rows := [self._county_row(county) for county in self._counties]),
            **self._drawn(rows),
        )

    def county(self, code: str) -> str:
        """The page of one county: what is said there is about its people only."""
        return self._page(
            code,
            name=self._name(code),
            feeds=self._county_feeds(code),
            unjudged=self._by_county["unjudged"].get(code, []),
            townships=self._township_rows(code),
        )

    def _page(self, scope: str, **more: object) -> str:
        counts = self._counts
        return self._template.render(
            {
                "day": self._day,
                "before": self._before,
                "name": "",
                "people": {what: counts[scope, what] for what in ("persons", "workforce", "at_work", "on_post")},
                "rate": self._rate(scope),
                "states": [(what, title, counts[scope, what]) for what, title in _STATES.items()],
                "warnings": {measure: counts[scope, measure] for measure in MEASURES},
                "levels": self._levels(scope, "standing"),
                "changes": [
                    (title, meaning, counts[scope, measure], self._levels(scope, measure))
                    for measure, (title, meaning) in _CHANGES.items()
                ],
                "due": {
                    name: [
                        counts[scope, measure, "list", name] for measure in ("overdue", "service_overdue", "due_soon")
                    ]
                    for name in LISTS
                },
                "trends": self._trends(scope),
                "rules": self._rule_rows(scope),
                "upheld": self._upheld_rows(scope),
                "counties": [],
                "townships": [],
                "map": None,
                "troubles": [],
                "more_troubles": 0,
                "chinese": {feed.name: feed.chinese for feed in FEEDS.values()},
                "status": _STATUS,
            }
            | more
        )

    def _levels(self, scope: str, measure: str) -> list[int | None]:
        return [self._counts[scope, measure, "level", level] for level in LEVELS]

    def _rate(self, scope: str, *detail: object) -> float | None:
        """就业率 in per cent; None where there is no workforce, or where one could tell few people from it."""
        found = [self._counts[(scope, what, *detail)] for what in ("workforce", "at_work", "other")]
        return None if None in found or not found[0] else 100 * found[1] / found[0]

    def _name(self, county: str) -> str:
        return self._names[county]["county"] if county in self._names else county

    def _rule_rows(self, scope: str) -> dict[str, list[dict]]:
        """List → its rules with warnings, most first; those whose number is not shown come last."""
        found: dict[str, list[dict]] = {}
        for name in LISTS:
            rows = []
            for rule in (rule for rule in self._rules if rule["list"] == name):
                numbers = {m: self._counts[scope, m, "rule", rule["rule"]] for m in ("standing", "opened", "overdue")}
                if all(number == 0 for number in numbers.values()):
                    continue
                levels = None
                if scope == PROVINCE:
                    levels = [self._counts[scope, "standing", "rule level", rule["rule"], level] for level in LEVELS]
                rows.append(numbers | {"title": rule["title"], "levels": None if levels and None in levels else levels})
            found[name] = sorted(rows, key=lambda row: -(row["standing"] or 0))
        return found

    def _county_row(self, county: str) -> dict:
        whats = ("workforce", "at_work", "standing", "overdue")
        row = {what: self._counts[county, what] for what in whats}
        row |= {"lists": [self._counts[county, "standing", "list", name] for name in LISTS]}
        prefecture = self._names[county]["prefecture"] if county in self._names else ""
        return row | {"code": county, "name": self._name(county), "prefecture": prefecture, "rate": self._rate(county)}

    def _township_rows(self, county: str) -> list[dict]:
        """By code; what has no township comes last."""
        rows = self._by_county["townships"].get(county, [])
        return [self._township_row(county, row) for row in sorted(rows, key=lambda row: row["township_code"] or "~")]

    def _township_row(self, county: str, row: dict) -> dict:
        code = row["township_code"]
        numbers = {w: self._counts[county, w, "township", code] for w in ("workforce", "at_work", "standing")}
        name = row["township"] or code or "不分乡镇（用人单位等）"
        return numbers | {"name": name, "rate": self._rate(county, "township", code)}

    def _drawn(self, rows: list[dict]) -> dict:
        """The map, its classes, and what stands beside it; nothing where no county is on the map."""
        if not self._map.counties.keys() & self._names.keys():
            return {}
        rates = {row["code"]: row["rate"] for row in rows if row["rate"] is not None}
        among = charts.classes(list(rates.values()))
        words = {county: f"{self._name(county)}：没有在册劳动力" for county in self._names}
        for row in rows:
            if row["workforce"] != 0:
                rate = "就业率不显示" if row["rate"] is None else f"就业率{row['rate']:.1f}%"
                words[row["code"]] = f"{row['name']}：{rate}"
        beside = [row for row in rows if row["code"] not in self._map.counties and row["workforce"] != 0]
        return {
            "map": charts.coloured(self._map, rates, words, among),
            "map_credit": self._map.credit,
            "classes": among,
            "lowest": sorted((row for row in rows if row["rate"] is not None), key=lambda row: row["rate"])[:_LOWEST],
            "beside": beside,
            "class_of": {row["code"]: charts.class_of(row["rate"], among) for row in rows if row["rate"] is not None},
            "off_map": len(self._names.keys() - self._map.counties.keys() - {row["code"] for row in beside}),
        }

    def _trends(self, scope: str) -> list[tuple[str, object]]:
        days = self._days
        count = {
            what: [self._counts[scope, what, "day", day] for day in days] for what in ("standing", "opened", "ended")
        }
        # In tens: the exact numbers of two days and what was new would tell how few ended between them.
        standing = [None if n is None else round(n, -1) for n in count["standing"]]
        rates = [self._rate(scope, "day", day) for day in days]
        found = [
            ("就业率", charts.line(days, rates, "就业率的变化", lambda rate: f"{rate:.4g}%", from_zero=False)),
            ("待核查和跟进的预警", charts.line(days, standing, "预警数的变化", lambda n: f"{n:,.0f}", from_zero=True)),
            # Of the first run date everything is new.
            ("新增与减少的预警", charts.bars(days[1:], count["opened"][1:], count["ended"][1:], "预警的增减")),
        ]
        return [(title, chart) for title, chart in found if chart]

    def _upheld_rows(self, scope: str) -> list[dict]:
        """Of rules whose warnings were checked often enough: how many of the latest were right."""
        found = []
        for row in self._by_county["upheld"].get(scope, []):
            checked, upheld, wrong = (
                self._counts[scope, what, "rule", row["rule"]] for what in ("checked", "upheld", "not_upheld")
            )
            share = None if None in (checked, upheld, wrong) else 100 * upheld / checked
            if row["is_enough"]:
                found.append(row | {"checked": checked, "share": share})
        return found

    def _province_feeds(self) -> list[dict]:
        stopped: dict[str, int] = {}
        for county in self._counties:
            for row in self._by_county["fresh"].get(county, []):
                stopped[row["feed"]] = stopped.get(row["feed"], 0) + row["has_stopped"]
        return [row | {"stopped": stopped.get(row["feed"], 0)} for row in self._feeds]

    def _county_feeds(self, county: str) -> list[dict]:
        blank = {"files": None, "rejected": 0, "held": 0, "read_rows": None, "quarantined": None}
        return [
            blank | {"feed": row["feed"], "newest": row["delivered_on"], "stopped": row["has_stopped"]}
            for row in self._by_county["fresh"].get(county, [])
        ]

    def _province_unjudged(self) -> list[dict]:
        found: dict[tuple, dict] = {}
        for rows in self._by_county["unjudged"].values():
            for row in rows:
                one = found.setdefault(
                    (row["obstacle"], row["thing"]), {**row, "partly": True, "rules": set(), "counties": 0}
                )
                one["counties"] += 1
                one["rules"] |= set(row["rules"].split("、"))
                one["partly"] &= row["partly"]
                one["oldest"] = min(filter(None, (one["oldest"], row["oldest"])), default=None)
        order = ("feed_stopped", "feed_never_came", "no_value", "not_in_force")
        return sorted(found.values(), key=lambda row: (order.index(row["obstacle"]), row["thing"]))


def _load_before(engine: Engine, settings: Settings, before: date | None) -> None:
    """Make `run_before`, the date of the run before, and `feedback_before`, what was known of feedback then."""
    then = f"DATE '{before}'" if before else "CAST(NULL AS DATE)"
    engine.make("run_before", f"SELECT {then} AS run_date")
    known = f"read_parquet({quoted([kept(settings, before, 'feedback_latest')])})" if before else "feedback WHERE FALSE"
    engine.make("feedback_before", f"SELECT * FROM {known}")


def _grouped(rows: Iterable[dict], column: str) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _rows(engine: Engine, name: str, select: str) -> list[dict]:
    columns, rows = engine.table(name, select)
    return [dict(zip(columns, row, strict=True)) for row in rows]
