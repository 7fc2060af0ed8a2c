"""The story behind a warning, for a village cadre: what is known of the people, from which delivered rows, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from pipelines.exports import delivered_row
from pipelines.feeds import FEEDS
from pipelines.publishing.words import LEVELS, STATES, STATUSES
from pipelines.reference import read_reference
from pipelines.settings import FanpinError, Settings
from pipelines.staging.identities import Identities
from pipelines.warehouse.day import set_up
from pipelines.warehouse.engine import Engine, steps
from pipelines.warehouse.history import derive_warnings
from pipelines.warehouse.kept import run_dates

_ENDED = {"lapsed": "移出日期", "resolved": "消除日期"}


@dataclass(frozen=True)
class Event:
    """Something that happened to a person, and the delivered rows that say so, by their places (`ord`).

    Months in a row are one event.
    """

    person: int
    happened_on: date
    what: str
    feed: str
    rows: tuple[int, ...]
    is_conflict: bool
    is_evidence: bool


def _followed(warning: dict, day: date) -> str:
    """What became of a warning whose time ran out, in words."""
    if warning["status"] != "lapsed":
        return ""
    if warning["outcome"] != "属实":
        return "，已核实不属实" if warning["outcome"] else "，未见核查"
    is_served = warning["service"] and warning["served_on"] and warning["served_on"] <= day
    return f"，已核实属实，{'已' if is_served else '未见'}帮扶或处置"


def explain(settings: Settings, warning_id: str) -> str:
    """The story of a warning as of the newest run date, as Chinese text of several lines.

    Raises FanpinError for a warning that is not known.
    """
    days = run_dates(settings)
    if not days:
        raise FanpinError("no day was run yet: run one first with `fanpin run --date YYYY-MM-DD`.")
    day = days[-1]
    identities = Identities(settings)
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        warning = _warning(engine, warning_id.strip().upper(), day)
        cited = engine.rows(
            "warning_evidence",
            f"""SELECT feed, ord, person FROM warning_evidence
            WHERE warning_id = '{warning["warning_id"]}' ORDER BY feed, delivered_on, file, row_number""",
        )
        place = _place(engine, warning)
        clauses = _clauses(engine, warning)
        kept_open, found = _kept_open(engine, warning), _found_since(engine, warning)
        states = dict(engine.rows("states", "SELECT person, state FROM states"))
    with Engine(settings.home / "scratch") as engine:
        about = _people(warning, cited)
        evidence = {(feed, ord_) for feed, ord_, person in cited if person in about}
        events, names, starred = _events(engine, settings, day, about, evidence, identities)
        unread = _unread(engine, about)
    people = sorted({event.person for event in events}, key=lambda person: person != warning["person"])
    numbers = dict(identities.texts("id", _keys(people)).iter_rows())
    level, *_ = LEVELS[warning["level"]]
    held = "" if warning["is_standing"] else f"（{warning['last_held_on']}）"
    kind = "，".join(part for part in (level, warning["list"]) if part)
    lines = [
        f"预警 {warning['warning_id']}：{warning['title']}（{kind}）",
        f"状态：{STATUSES[warning['status']]}{_followed(warning, day)}（截至{day}）",
        f"发现日期：{warning['opened_on']}"
        + (f"，核查期限：{warning['due_on']}" if warning["due_on"] else "")
        + (f"，{_ENDED[warning['status']]}：{warning['resolved_on']}" if warning["resolved_on"] else ""),
        f"地点：{place}",
        *([f"跟进部门：{warning['office']}"] if warning["office"] else []),
        f"情况{held}：{warning['reason']}",
        *(f"现在无法重新判断，预警先保留：{why}；以上是{warning['last_held_on']}的情况。" for why in kept_open),
        *found,
        *(f"依据：{clause}" for clause in clauses),
        "",
        "预警只是核查线索，不是结论；请以入户核实为准。",
    ]
    for person in people:
        known = "、".join(names.get(person, ()))
        state = f"，目前状态：{STATES[states[person]]}" if person in states else ""
        lines += ["", f"{known or '（名册和台账中没有姓名）'} {numbers.get(person, '')}{state}"]
        lines += [_line(event) for event in events if event.person == person]
        lines += [text for whose, text in unread if whose == person]
    if starred < evidence:
        lines += ["", "本预警依据的部分数据后来已被更正、替换或退出名册，以上按最新数据列出。"]
    lines += ["", "★ 本预警依据的数据；× 身份证号相同而姓名不同的数据，不作依据，请数据提供部门核对。"]
    return "\n".join(lines)


def _warning(engine: Engine, warning_id: str, day: date) -> dict:
    columns = (
        "warning_id", "rule", "person", "key_rest", "level", "status", "is_standing", "opened_on", "last_held_on",
        "resolved_on", "due_on", "county_code", "village_code", "reason", "instruments", "outcome", "service",
        "served_on",
    )  # fmt: skip
    known = warning_id if warning_id.isascii() and warning_id.isalnum() else ""
    rows = engine.rows(
        "warnings",
        f"""SELECT {", ".join("w." + column for column in columns)},
            coalesce(r.title, w.rule || '，此规则已停用'), r.list, r.office
        FROM warnings w LEFT JOIN reference_rules r ON r.rule = w.rule WHERE w.warning_id = '{known}'""",
    )
    if not rows:
        raise FanpinError(
            f"no warning with this ID was opened on a run date up to {day}: expected the 14 characters of the column "
            "预警编号 of an extract, or of `fanpin export warnings`."
        )
    return dict(zip((*columns, "title", "list", "office"), rows[0], strict=True))


def _place(engine: Engine, warning: dict) -> str:
    county, village = warning["county_code"], warning["village_code"] or ""
    names = [
        *engine.rows("county", f"SELECT prefecture || county FROM reference_counties WHERE county_code = '{county}'"),
        *engine.rows("township", f"SELECT township FROM reference_townships WHERE township_code = '{village[:9]}'"),
    ]
    return "".join(name for (name,) in names) + (f"（村代码{village}）" if village else f"（县代码{county}）")


def _clauses(engine: Engine, warning: dict) -> list[str]:
    instruments = ", ".join(f"'{i}'" for i in (warning["instruments"] or "").split(";"))
    rows = engine.rows(
        "clauses",
        f"""SELECT i.title || '，' || b.clause
        FROM reference_basis b JOIN reference_instruments i ON i.instrument = b.instrument
        WHERE b.rule = '{warning["rule"]}' AND b.instrument IN ({instruments}) ORDER BY i.in_force_from DESC""",
    )
    return [clause for (clause,) in rows]


def _kept_open(engine: Engine, warning: dict) -> list[str]:
    """Why a warning that is followed up can neither be opened nor ended now; nothing where it can."""
    if not warning["is_standing"]:
        return []
    rows = engine.rows(
        "kept_open",
        f"""SELECT why FROM kept_open
        WHERE rule = '{warning["rule"]}' AND county_code = '{warning["county_code"]}'""",
    )
    return [why for (why,) in rows]


def _found_since(engine: Engine, warning: dict) -> list[str]:
    """What the workbook says in brackets beside the warning, of what was found since."""
    engine.make("found_since", steps("extracts")["found_since"])
    rows = engine.rows("found_since", f"SELECT found FROM found_since WHERE warning_id = '{warning['warning_id']}'")
    return [line for (found,) in rows for line in found.strip("（）").split("）（")]


def _events(
    engine: Engine, settings: Settings, day: date, people: list[int], evidence: set[tuple], identities: Identities
) -> tuple[list[Event], dict[int, list[str]], set[tuple]]:
    set_up(engine, settings, day, read_reference(settings.reference), people)
    for name, select in steps("truth", "identity").items():
        engine.make(name, select)
    theirs = ", ".join(map(str, people)) or "NULL"
    known = engine.rows(
        "names", f"SELECT person, name_key FROM names WHERE person IN ({theirs}) ORDER BY person, name_key"
    )
    spelled = dict(identities.texts("text", _keys(key for _, key in known)).iter_rows())
    names: dict[int, list[str]] = {}
    for person, key in known:
        names.setdefault(person, []).append(spelled.get(key, ""))
    parts = []
    for name, select in steps("story").items():
        feed = name.removesuffix("_story")
        engine.make(name, select)
        parts.append(
            f"""SELECT s.person, s.happened_on, s.what, s.text_key, s.period, s.ord, '{feed}' AS feed,
                c.ord IS NOT NULL AS is_conflict, t.name_key
            FROM {name} s
            LEFT JOIN conflicts c ON c.feed = '{feed}' AND c.ord = s.ord
            LEFT JOIN {"registry" if feed == "registry" else f"{feed}_latest"} t ON t.ord = s.ord
            WHERE s.person IN ({theirs})"""
        )
    found = engine.rows("story", " UNION ALL ".join(parts) + " ORDER BY person, happened_on, feed, what, ord")
    texts = dict(identities.texts("text", _keys(row[3] for row in found)).iter_rows())
    events: list[Event] = []
    runs: dict[tuple, tuple[int, int]] = {}
    for person, happened_on, what, text_key, period, ord_, feed, is_conflict, name_key in found:
        label = what + (f"，{texts[text_key]}" if text_key in texts else "")
        if len(names.get(person, ())) > 1 and name_key in spelled:
            label += f"，姓名为{spelled[name_key]}"  # what one of them did is not said of the other
        run = (person, feed, label, is_conflict, (feed, ord_) in evidence)
        if period is None:
            events.append(Event(person, happened_on, label, feed, (ord_,), *run[3:]))
        elif run in runs and period == runs[run][1] + len(events[runs[run][0]].rows):
            index, first = runs[run]
            months = f"{_month(first)}至{_month(period)}每月　"
            one = events[index]
            events[index] = replace(one, what=months + label, rows=(*one.rows, ord_))
        else:
            runs[run] = (len(events), period)
            events.append(Event(person, happened_on, f"{_month(period)}　{label}", feed, (ord_,), *run[3:]))
    starred = {(row[6], row[5]) for row in found} & evidence
    return sorted(events, key=lambda e: (e.person, e.happened_on)), names, starred


def _unread(engine: Engine, people: list[int]) -> list[tuple[int, str]]:
    """Person, and how many of their rows of a delivery could not be read, in words."""
    rows = engine.rows(
        "staged_quarantine",
        f"""SELECT person, delivered_on, feed, count(*) FROM staged_quarantine
        WHERE person IN ({", ".join(map(str, people)) or "NULL"}) GROUP BY ALL ORDER BY ALL""",
    )
    return [
        (person, f"　 {delivered_on}送达的《{FEEDS[feed].chinese}》中，身份证号为本人的{count}行因填写有误没有采用")
        for person, delivered_on, feed, count in rows
    ]


def _people(warning: dict, cited: list[tuple]) -> list[int]:
    """Whom a warning is about: its person, else those whose rows are its evidence."""
    if warning["person"] is not None:
        return [warning["person"]]
    return sorted({person for _, _, person in cited if person is not None})


def _keys(keys: Iterable[int | None]) -> pl.Series:
    return pl.Series(sorted({key for key in keys if key is not None}), dtype=pl.Int64)


def _month(period: int) -> str:
    return f"{period // 12}-{period % 12 + 1:02}"


def _places(rows: Iterable[int]) -> list[tuple[date, int, int]]:
    """The delivery date of each row, and the numbers of its file and of itself, in the order of their coming."""
    return pl.DataFrame({"ord": sorted(rows)}).select(*delivered_row("ord")).rows()


def _line(event: Event) -> str:
    mark = "×" if event.is_conflict else "★" if event.is_evidence else "　"
    places = _places(event.rows)
    (delivered_on, file, row), (until, last_file, _) = places[0], places[-1]
    source = f"{FEEDS[event.feed].chinese}，{delivered_on}"
    if (delivered_on, file) == (until, last_file):
        source += f"送达，第{file}个文件第{row}行" + (f"等{len(places)}行" if len(places) > 1 else "")
    else:  # a month's row came with the next month, as a rule
        source += ("" if delivered_on == until else f"至{until}") + f"送达，共{len(places)}行"
    return f"{mark} {event.happened_on}　{event.what}　[{source}]"
