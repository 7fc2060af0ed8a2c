"""Small charts and the map of the page, as inline SVG: no script, no font, nothing to fetch. Colours are the page's."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup, escape

from pipelines.settings import CHECKOUT, FanpinError

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 340, 130, 40, 12, 14, 22


def line(
    days: Sequence[date], values: Sequence[float | None], label: str, text: Callable[[float], str], from_zero: bool
) -> Markup | None:
    """A line over the days, broken where a value is None. None where fewer than two values are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = _scale(min(known), max(known), from_zero)
    xs = _places(days)
    ys = [None if value is None else _y(value, low, high) for value in values]
    runs: list[list[str]] = [[]]
    for x, y in zip(xs, ys, strict=True):
        if y is None:
            runs.append([])
        else:
            runs[-1].append(f"{x:.1f},{y:.1f}")
    parts = [f'<polyline points="{" ".join(run)}"/>' for run in runs]
    for x, y, day, value in zip(xs, ys, days, values, strict=True):
        if value is not None:
            said = f"<title>{day}：{text(value)}</title>"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6">{said}</circle>')
    last = max(place for place, value in enumerate(values) if value is not None)
    parts.append(f'<circle class="last" cx="{xs[last]:.1f}" cy="{ys[last]:.1f}" r="3.4"/>')
    return _chart(label, days, [(text(low), _y(low, low, high)), (text(high), _y(high, low, high))], "".join(parts))


def bars(days: Sequence[date], up: Sequence[int | None], down: Sequence[int | None], label: str) -> Markup | None:
    """Bars above and below a line, day by day; a dot stands for a count that is not shown.

    None where there is nothing to see, or more than half of it is not shown.
    """
    highest, lowest = max((n or 0 for n in up), default=0), max((n or 0 for n in down), default=0)
    if len(days) < 2 or not highest + lowest or [*up, *down].count(None) > len(days):
        return None
    low, high = -lowest, highest
    xs, zero = _places(days), _y(0, low, high)
    width = max(2.0, min(14.0, 0.6 * (_WIDTH - _LEFT - _RIGHT) / len(days)))
    parts = [f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{zero:.1f}" y2="{zero:.1f}"/>']
    for x, day, more, fewer in zip(xs, days, up, down, strict=True):
        for count, name, sign in ((more, "up", 1), (fewer, "down", -1)):
            if count is None:
                parts.append(f'<circle class="{name}" cx="{x:.1f}" cy="{zero - sign * 4:.1f}" r="1.3"/>')
            elif count:
                end = _y(sign * count, low, high)
                parts.append(
                    f'<rect class="{name}" x="{x - width / 2:.1f}" y="{min(zero, end):.1f}" width="{width:.1f}" '
                    f'height="{abs(end - zero):.1f}"><title>{day}：{"+" if sign > 0 else "−"}{count:,}</title></rect>'
                )
    marks = [(f"+{high:,}", _y(high, low, high))] if high else []
    marks += [(f"−{-low:,}", _y(low, low, high))] if low else []
    return _chart(label, days, marks, "".join(parts))


def _chart(label: str, days: Sequence[date], marks: list[tuple[str, float]], inside: str) -> Markup:
    grid = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 5}" y="{y + 3.5:.1f}" text-anchor="end">{text}</text>'
        for text, y in marks
    )
    first, last = (f"{day.month}月{day.day}日" for day in (days[0], days[-1]))
    dates = (
        f'<text x="{_LEFT}" y="{_HEIGHT - 5}">{first}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 5}" text-anchor="end">{last}</text>'
    )
    return Markup(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{grid}{inside}{dates}</svg>"
    )


def _scale(low: float, high: float, from_zero: bool) -> tuple[float, float]:
    """Round ends of an axis that holds both values and is never so short that noise looks like a change."""
    if from_zero:
        low = 0
    reach = max(high - low, 4)
    step = next(n * 10**k for k in range(12) for n in (1, 2, 5) if reach <= 4 * n * 10**k)
    low = math.floor(low / step) * step
    return low, max(math.ceil(high / step) * step, low + 4)


def _places(days: Sequence[date]) -> list[float]:
    span = max((days[-1] - days[0]).days, 1)
    return [_LEFT + 6 + (_WIDTH - _LEFT - _RIGHT - 12) * (day - days[0]).days / span for day in days]


def _y(value: float, low: float, high: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)


@dataclass(frozen=True)
class Shape:
    """A map as `map.svg` beside the reference tables has it: outlines of counties by code, of prefectures, names."""

    box: str
    credit: str
    counties: dict[str, str]
    prefectures: list[str]
    names: list[tuple[str, str, str]]


def read_map(reference: Path) -> Shape:
    """The map of the folder of the reference tables, the project's own where it has none.

    Raises FanpinError where it is no map.
    """
    own = reference / "map.svg"
    try:
        root = ElementTree.parse(own if own.exists() else CHECKOUT / "data" / "reference" / "map.svg").getroot()
        space = {"s": "http://www.w3.org/2000/svg"}
        groups = {group.attrib["class"]: group for group in root.findall("s:g", space)}
        return Shape(
            root.attrib["viewBox"],
            root.findtext("s:title", "", space),
            {path.attrib["id"]: path.attrib["d"] for path in groups["counties"]},
            [path.attrib["d"] for path in groups["prefectures"]],
            [(text.attrib["x"], text.attrib["y"], text.text or "") for text in groups["names"]],
        )
    except (OSError, ElementTree.ParseError, KeyError) as error:
        raise FanpinError(
            f"the map map.svg beside the reference tables can't be read ({type(error).__name__}): it must be an SVG "
            "with a viewBox and groups of the classes counties (a path with the county code as id each), prefectures "
            "and names, as data/reference/map.svg has them; or take it away."
        ) from None


def classes(rates: Sequence[float]) -> list[tuple[int, int]]:
    """At most five classes of equal width, in whole per cents divisible by five, that hold all rates."""
    if not rates:
        return []
    low, high = math.floor(min(rates) / 5) * 5, min(math.floor(max(rates) / 5) * 5 + 5, 105)
    width = math.ceil((high - low) / 25) * 5
    return [(start, start + width) for start in range(low, high, width)]


def class_of(rate: float, among: Sequence[tuple[int, int]]) -> int:
    """The place of the class in which a rate lies."""
    return next(place for place, (_, end) in enumerate(among) if rate < end)


def coloured(
    shape: Shape, rates: Mapping[str, float], words: Mapping[str, str], among: Sequence[tuple[int, int]]
) -> Markup:
    """The map, each county in the colour of its class (`r0` … `r4`), or in grey; `words` are said on pointing."""
    parts = []
    for code, path in shape.counties.items():
        place = f"r{class_of(rates[code], among)}" if code in rates else "none"
        said = f"<title>{escape(words[code])}</title>" if code in words else ""
        parts.append(f'<path class="{place}" d="{escape(path)}">{said}</path>')
    parts += [f'<path class="border" d="{escape(path)}"/>' for path in shape.prefectures]
    parts += [f'<text x="{escape(x)}" y="{escape(y)}">{escape(name)}</text>' for x, y, name in shape.names]
    return Markup(
        f'<svg class="map" viewBox="{escape(shape.box)}" role="img" aria-label="各县就业率地图">{"".join(parts)}</svg>'
    )
