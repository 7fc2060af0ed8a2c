"""`make bench`: measures parts of a simulated province's cost, and writes bench.md with its chart.

    python -m benchmarks.bench [--parts days states engines changed backfill memory] [--persons N ...]
        [--out DIR] [--scratch DIR] [--staged HOME]

What is measured is kept in bench.json beside the page, each part of each number of people with its commit, date and
machine: a run renews the parts it measures, once each is done, and leaves the others. Every ratio is between two
numbers of one run. `--parts` without a part writes the page anew.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from datetime import date
from math import log
from pathlib import Path
from typing import Any

from benchmarks.measuring import commit, machine
from benchmarks.province import CHANGED, PARTS, WHOLE
from pipelines.settings import CHECKOUT

DOCS = CHECKOUT / "docs"

#: Part/number of people → `on`, `commit`, `machine` and `rows` of its tables.
Measured = dict[str, dict[str, Any]]

PICTURE = "![what days cost by number of people, and other engines](pictures/bench.svg)\n"

#: Table → heading, what it is a ratio to, and what to know.
TABLES = {
    "days": (
        "The first day and the day after it",
        "floor",
        "The first day loads everything there is; on the second, about one person in a hundred has a new row. A run "
        "again finds its deliveries staged, reconciles and publishes.",
    ),
    "files": ("Staging a file", "bare read", "Against DuckDB reading the cells of the same file in UTF-8 as text."),
    "changed": (
        "How much changes in a day",
        "floor",
        "All rows of a share of the people, of every feed that is no snapshot, come again on the second day.",
    ),
    "day by day": (
        "One day after the other",
        "floor",
        "A day rests on what the days before it kept, and the more so the longer none was worked out whole: that is "
        "done on the 1st and the 16th of a month. Staged before, nothing published; the floor is that of the first "
        "day's rows.",
    ),
    "backfill": (
        "Days in one go",
        "floor, a day",
        "The days after the first, staged before, nothing published. The ratio is to as many floors of the "
        "first day's rows as there are days.",
    ),
    "memory": (
        "Under less memory",
        "floor",
        "The first load of staged rows. `FANPIN_MEMORY` limits DuckDB; the process has a little more.",
    ),
    "states": (
        "Truth and employment states by other means",
        "DuckDB",
        "The second day, from the staged Parquet to `states`, which are equal row for row. "
        "`benchmarks/polars_states.py` and `pandas_states.py` were written for this alone: they carry no column that "
        "states don't rest on, where DuckDB makes the tables of truth whole, as the rules need them, and they are "
        "given the counties' parameters.",
    ),
    "sql": (
        "The whole of `sql/` on other engines",
        "DuckDB",
        "The second day: truth, identity, states, all 44 rules, hits and evidence, every file of `sql/` translated by "
        "sqlglot, none of them written twice. All tables that a day keeps and `sql/` makes are equal row for row. The "
        "start of an engine is not counted. PostgreSQL has 1 GB of shared buffers, 256 MB a sort or hash, no indexes, "
        "no nested loops where another way is left, nothing logged, every table analyzed; Spark has a heap of 3 GB and "
        "is warm from what comes before the clock.",
    ),
}

#: Table → the row that tells what a day by changes costs, and that worked out whole.
BOTH_WAYS = {"days": "second day: reconcile, {}", "backfill": "30 days, {}"}


def page(measured: Measured) -> str:
    """The page, of what was measured."""
    machines = {part["machine"] for part in measured.values()}
    lines = [
        "# What a day costs\n",
        "Made by `make bench`; do not edit. CPU seconds (user and system, of all processes), and their ratio to a base "
        "measured in the same run. **Floor**: DuckDB reading every column of the same staged rows once. Memory: the "
        "most that all processes of a part had at once. Disk: the most that a part added to its folder, with what it "
        "spilled and removed again.\n",
        f"Machine{'' if len(machines) == 1 else 's, as each table says'}: {'; '.join(sorted(machines))}; shared with "
        "other work: ratios say more than seconds. A table is of one commit, named above it; what was measured at "
        "different commits may be of different programs, so compare within a table first.\n",
        "`make bench` measures 100,000 people in all parts, ten minutes or more on two idle cores, most of it for "
        "Spark (`make spark`) and PostgreSQL (its server must be installed); without them it leaves their rows out. "
        'The whole: `make bench PARTS=days PERSONS="20000 500000 1000000 2000000 5000000"`, half an hour and 15 GB of '
        "disk. A run renews what it measures and leaves the rest of the page, also on another machine; with "
        "`OUT=folder` it leaves this page alone.\n",
        *([PICTURE] if chart(measured) else []),
        *_growth(measured),
    ]
    for table, (heading, base, words) in TABLES.items():
        if not (found := _of_table(measured, table)):
            continue
        lines += [f"## {heading}\n", f"{words}\n", *_break_even(table, found)]
        for persons, (part, rows) in found.items():
            on = "" if len(machines) == 1 else f", on {part['machine']}"
            lines += [
                f"{persons:,} people, commit {part['commit']}, {part['on']}{on}:\n",
                f"| | CPU seconds | ratio to {base} | memory, GB | disk, GB |",
                "|---|--:|--:|--:|--:|",
                *(f"| {row['what']} | {' | '.join(_cells(row))} |" for row in rows),
                "",
            ]
    return "\n".join(lines).rstrip() + "\n"


def _of_table(measured: Measured, table: str) -> dict[int, tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Number of people → the part that measured a table of them, and its rows."""
    rows = {key: [row for row in part["rows"] if row["table"] == table] for key, part in measured.items()}
    return {int(key.partition("/")[2]): (part, rows[key]) for key, part in measured.items() if rows[key]}


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        "" if row[name] is None else f"{row[name]:.{digits}f}"
        for name, digits in (("seconds", 2), ("ratio", 1), ("memory", 2), ("disk", 2))
    ]


def _ratios(measured: Measured) -> tuple[list[int], dict[str, list[float | None]]]:
    """Numbers of people, and for each step of days its ratio to the floor of each."""
    found = {persons: rows for persons, (_, rows) in _of_table(measured, "days").items()}
    steps = dict.fromkeys(row["what"] for rows in found.values() for row in rows if row["ratio"])
    return list(found), {
        step: [next((row["ratio"] for row in rows if row["what"] == step), None) for rows in found.values()]
        for step in steps
    }


def _growth(measured: Measured) -> list[str]:
    """A table of the same rows by number of people."""
    sizes, steps = _ratios(measured)
    if len(sizes) < 2:
        return []
    commits = [part["commit"] for part, _ in _of_table(measured, "days").values()]
    return [
        "## Growth\n",
        "The ratios to the floor of the same size, by number of people. The fewer they are, the more weighs what a day "
        "costs whatever its rows: some 170 statements, and a workbook and a page for every county. "
        "Below 50,000 people counties deliver in the mixed formats of their offices, from there on CSV.\n",
        f"| | {' | '.join(f'{size:,}' for size in sizes)} |",
        f"|---|{'--:|' * len(sizes)}",
        f"| measured at commit | {' | '.join(commits)} |",
        *(
            f"| {step} | {' | '.join('' if ratio is None else f'{ratio:.1f}' for ratio in ratios)} |"
            for step, ratios in steps.items()
        ),
        "",
    ]


def _break_even(table: str, found: dict[int, tuple[dict[str, Any], list[dict[str, Any]]]]) -> list[str]:
    """From how many people on a day by changes is cheaper, in a sentence."""
    costs = {}
    for persons, (_, rows) in found.items():
        ratios = {row["what"]: row["ratio"] for row in rows}
        both = [ratios.get(BOTH_WAYS.get(table, "").format(how)) for how in (CHANGED, WHOLE)]
        if all(both):
            costs[persons] = both
    if not costs:
        return []
    close = [persons for persons, (changes, whole) in costs.items() if changes > whole * 0.9]
    dearer = max(close, default=0)
    cheaper = min((persons for persons in costs if persons > dearer), default=0)
    against = {persons: f"({changes:.1f} floors against {whole:.1f})" for persons, (changes, whole) in costs.items()}
    said = []
    if dearer:
        changes, whole = costs[dearer]
        how = "is dearer" if changes > whole * 1.1 else "costs about as much"
        said.append(f"{how} for {dearer:,} people {against[dearer]}")
    if cheaper:
        said.append(f"is at least a tenth cheaper from {cheaper:,} people on {against[cheaper]}")
    days = {"days": "The second day", "backfill": "30 days in one go"}[table]
    fewest = "" if dearer else ", the fewest measured"
    changes = "by what changed (`FANPIN_DAYS=changes`, the default), against worked out whole,"
    return [f"{days} {changes} {' and '.join(said)}{fewest}.\n"]


BLUE = "#2f6f8f"
COLOURS = ("#2f6f8f", "#b5502f", "#4c8a3f", "#7a4fa0", "#b08a1f", "#c0392b", "#3a3a3a", "#1a9a8a")


def chart(measured: Measured) -> str:
    """Lines of what steps of days cost by number of people, and bars of what other engines do; empty for neither."""
    parts, top = _lines(measured)
    for table, name in (("states", "Truth and states"), ("sql", "All of sql/")):
        for persons, (_, rows) in _of_table(measured, table).items():
            bars, top = _bars(f"{name}, {persons:,} people: CPU time, DuckDB = 1", rows, top)
            parts += bars
    if not parts:
        return ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="860" height="{top}" font-family="sans-serif" font-size="12">'
        f'<rect width="860" height="{top}" fill="white"/>{"".join(parts)}</svg>\n'
    )


def _lines(measured: Measured) -> tuple[list[str], int]:
    """A line a step, both axes logarithmic, each named at its end; and the height taken."""
    sizes, steps = _ratios(measured)
    if len(sizes) < 2:
        return [], 0
    left, right, top, bottom = 50, 510, 50, 400
    highest = max(ratio for ratios in steps.values() for ratio in ratios if ratio) * 1.2

    def across(persons: int) -> float:
        return left + (right - left) * log(persons / sizes[0]) / log(sizes[-1] / sizes[0])

    def up(ratio: float) -> float:
        return bottom - (bottom - top) * log(ratio) / log(highest)

    parts = ['<text x="8" y="22" font-weight="bold">CPU time by number of people, floor of the same size = 1</text>']
    for ratio in (mark for mark in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if mark <= highest):
        y = up(ratio)
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{ratio}</text>')
    for persons in sizes:
        label = f"{persons / 1e6:g} million" if persons >= 1_000_000 else f"{persons:,}"
        parts.append(f'<text x="{across(persons):.0f}" y="{bottom + 20}" text-anchor="middle">{label}</text>')
    ends = []
    for colour, (step, ratios) in zip(COLOURS, steps.items(), strict=False):
        points = [(across(persons), up(ratio)) for persons, ratio in zip(sizes, ratios, strict=True) if ratio]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in points]
        ends.append((points[-1][1], colour, step.partition(":")[0] if step.startswith("floor") else step))
    y = 0.0
    for end, colour, step in sorted(ends):
        y = max(end + 4, y + 15)
        parts.append(f'<text x="{right + 12}" y="{y:.0f}" fill="{colour}">{step}</text>')
    return parts, bottom + 40


def _bars(title: str, rows: list[dict[str, Any]], top: int) -> tuple[list[str], int]:
    """A bar a row, and where they end."""
    parts = [f'<text x="8" y="{top + 20}" font-weight="bold">{title}</text>']
    top += 30
    chosen = [row for row in rows if row["ratio"]]
    longest = max(row["ratio"] for row in chosen)
    for row in chosen:
        width = max(1, 520 * row["ratio"] / longest)
        parts.append(f'<text x="230" y="{top + 14}" text-anchor="end">{row["what"]}</text>')
        parts.append(f'<rect x="240" y="{top + 2}" width="{width:.0f}" height="16" fill="{BLUE}"/>')
        parts.append(f'<text x="{246 + width:.0f}" y="{top + 14}">{row["ratio"]:.1f}</text>')
        top += 22
    return parts, top + 12


def read(out: Path) -> Measured:
    """What was measured before."""
    path = out / "bench.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(out: Path, measured: Measured) -> None:
    """Keep what was measured, and renew the page and its chart."""
    measured = dict(sorted(measured.items(), key=lambda item: (int(item[0].partition("/")[2]), item[0])))
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "bench.md").write_text(page(measured), encoding="utf-8")
    if picture := chart(measured):
        (out / "pictures").mkdir(exist_ok=True)
        (out / "pictures" / "bench.svg").write_text(picture, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--persons", type=int, nargs="+", default=[100_000])
    parser.add_argument("--out", type=Path, default=DOCS, help="the folder of the page (docs/ of the checkout)")
    parser.add_argument("--scratch", type=Path, help="where provinces are made (a temporary folder)")
    parser.add_argument(
        "--staged", type=Path, help="a home whose first day is staged, for the part `memory`; only read"
    )
    parser.add_argument("--commit", default=commit(), help="what is measured; the checkout's own where it is left out")
    asked = parser.parse_args()
    # Without its cache every process compiles anew what it loads; make does the same.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    measured_at = {"on": date.today().isoformat(), "commit": asked.commit, "machine": machine()}
    write(asked.out, read(asked.out))
    for persons in asked.persons:
        for part in asked.parts:
            rows = []
            with tempfile.TemporaryDirectory(dir=asked.scratch) as folder:
                more = (asked.staged,) if part == "memory" and asked.staged else ()
                for row in PARTS[part](persons, Path(folder), *more):
                    rows.append(row.plain())
                    print(f"{part} of {persons:,}: {json.dumps(rows[-1])}", flush=True)
            write(asked.out, read(asked.out) | {f"{part}/{persons}": measured_at | {"rows": rows}})


if __name__ == "__main__":
    main()
