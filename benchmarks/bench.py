"""`make bench`: measures parts of a simulated province's cost and writes docs/bench.md with its chart.

    python -m benchmarks.bench [--parts days states engines changed backfill memory] [--persons N ...]
        [--scratch DIR] [--staged HOME]

What is measured is kept in benchmarks/measured.json: a run renews what it measures, and the page shows all that was
measured on this machine. Every ratio is between two numbers of one run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.measuring import machine
from benchmarks.province import PARTS
from pipelines.settings import CHECKOUT

MEASURED = CHECKOUT / "benchmarks" / "measured.json"
PAGE = CHECKOUT / "docs" / "bench.md"
CHART = CHECKOUT / "docs" / "pictures" / "bench.svg"

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
    "backfill": ("Days in one go", "floor", "The days after the first, staged before, nothing published."),
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


def page(measured: dict) -> str:
    """The page, of what was measured."""
    lines = [
        "# What a day costs\n",
        "Made by `make bench`; do not edit. CPU seconds (user and system, of all processes), and their ratio to a base "
        "measured in the same run. **Floor**: DuckDB reading every column of the same staged rows once. Memory: the "
        "most that all processes of a part had at once. Disk: the most that a part added to its folder, with what it "
        "spilled and removed again.\n",
        f"Machine: {measured['machine']}, shared with other work: ratios say more than seconds.\n",
        "`make bench` measures 100,000 people in all parts, about half an hour on two idle cores, most of it for Spark "
        "(`make spark`) and PostgreSQL (its server must be installed); without them it leaves their rows out. The "
        'whole: `make bench PARTS=days PERSONS="500000 1000000 2000000 5000000"`, a night and 30 GB of disk. '
        "A run renews what it measures and leaves the rest of the page.\n",
        "![growth, and other engines](pictures/bench.svg)\n",
        *_growth(measured),
    ]
    for table, (heading, base, words) in TABLES.items():
        entries = {key: [row for row in rows if row["table"] == table] for key, rows in measured["parts"].items()}
        if not any(entries.values()):
            continue
        lines += [f"## {heading}\n", f"{words}\n"]
        for key, rows in entries.items():
            if rows:
                lines += [
                    f"{int(key.partition('/')[2]):,} people, measured on {measured['on'][key]}:\n",
                    f"| | CPU seconds | ratio to {base} | memory, GB | disk, GB |",
                    "|---|--:|--:|--:|--:|",
                    *(f"| {row['what']} | {' | '.join(_cells(row))} |" for row in rows),
                    "",
                ]
    return "\n".join(lines).rstrip() + "\n"


def _cells(row: dict) -> list[str]:
    return [
        "" if row[name] is None else f"{row[name]:.{digits}f}"
        for name, digits in (("seconds", 2), ("ratio", 1), ("memory", 2), ("disk", 2))
    ]


def _growth(measured: dict) -> list[str]:
    """A table of the same rows by number of people."""
    sizes = _sizes(measured)
    if len(sizes) < 2:
        return []
    lines = [
        "## Growth\n",
        "The ratios to the floor of the same size, by number of people. The fewer they are, the more weighs what a day "
        "costs whatever its rows: some 170 statements, and a workbook and a page for every county.\n",
    ]
    lines += [f"| | {' | '.join(f'{size:,}' for size in sizes)} |", f"|---|{'--:|' * len(sizes)}"]
    for what in (row["what"] for row in next(iter(sizes.values())) if row["ratio"]):
        ratios = [next((f"{row['ratio']:.1f}" for row in rows if row["what"] == what), "") for rows in sizes.values()]
        lines.append(f"| {what} | {' | '.join(ratios)} |")
    return [*lines, ""]


def _sizes(measured: dict) -> dict[int, list[dict]]:
    found = {
        int(key.partition("/")[2]): [row for row in rows if row["table"] == "days"]
        for key, rows in measured["parts"].items()
        if key.startswith("days/")
    }
    return dict(sorted(found.items()))


def chart(measured: dict) -> str:
    """Bars of the ratios: a panel for the largest province's days, and one for each comparison of engines."""
    panels = []
    if sizes := _sizes(measured):
        panels.append((f"days of {max(sizes):,} people, floor = 1", [r for r in sizes[max(sizes)] if r["ratio"]]))
    for table in ("states", "sql"):
        for key, rows in measured["parts"].items():
            if chosen := [row for row in rows if row["table"] == table and row["ratio"]]:
                name = "truth and states" if table == "states" else "all of sql/"
                panels.append((f"{name}, {int(key.partition('/')[2]):,} people, DuckDB = 1", chosen))
    parts, top = [], 0
    for title, rows in panels:
        parts.append(f'<text x="8" y="{top + 20}" font-weight="bold">{title}</text>')
        top += 30
        longest = max(row["ratio"] for row in rows)
        for row in rows:
            width = max(1, 380 * row["ratio"] / longest)
            parts.append(f'<text x="330" y="{top + 14}" text-anchor="end">{row["what"]}</text>')
            parts.append(f'<rect x="340" y="{top + 2}" width="{width:.0f}" height="16" fill="#2f6f8f"/>')
            parts.append(f'<text x="{346 + width:.0f}" y="{top + 14}">{row["ratio"]:.1f}</text>')
            top += 22
        top += 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="790" height="{top}" font-family="sans-serif" font-size="12">'
        f'<rect width="790" height="{top}" fill="white"/>{"".join(parts)}</svg>\n'
    )


def write(measured: dict) -> None:
    """Keep what was measured so far, and renew the page and its chart."""
    measured["parts"] = dict(sorted(measured["parts"].items(), key=lambda item: int(item[0].partition("/")[2])))
    MEASURED.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(measured), encoding="utf-8")
    CHART.write_text(chart(measured), encoding="utf-8")


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True)
    return found.stdout.strip() or "no commit"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--persons", type=int, nargs="+", default=[100_000])
    parser.add_argument("--scratch", type=Path, help="where provinces are made (a temporary folder)")
    parser.add_argument(
        "--staged", type=Path, help="a home whose first day is staged, for the part `memory`; only read"
    )
    parser.add_argument("--commit", default=_commit(), help="what is measured; the checkout's own where it is left out")
    asked = parser.parse_args()
    measured = {"machine": machine(), "on": {}, "parts": {}}
    if MEASURED.exists() and (kept := json.loads(MEASURED.read_text(encoding="utf-8")))["machine"] == machine():
        measured = kept
    for persons in asked.persons:
        for part in asked.parts:
            key, rows = f"{part}/{persons}", []
            with tempfile.TemporaryDirectory(dir=asked.scratch) as folder:
                more = (asked.staged,) if part == "memory" and asked.staged else ()
                for row in PARTS[part](persons, Path(folder), *more):
                    rows.append(row.plain())
                    print(f"{part} of {persons:,}: {json.dumps(rows[-1])}", flush=True)
                    measured["parts"][key], measured["on"][key] = rows, f"{date.today()} ({asked.commit})"
                    write(measured)


if __name__ == "__main__":
    main()
