"""What a day of a simulated province costs, as ratios to a floor measured in the same run; writes docs/bench.md.

    python benchmarks/province.py [--persons N ...] [--keep DIR]

The floor is DuckDB reading every needed column of the same staged rows once. Each part runs in a process of its own, of
which CPU seconds (user and system) and peak memory are taken.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.feeds import FEEDS
from pipelines.main_job import run
from pipelines.settings import CHECKOUT, Settings
from pipelines.simulation.simulate import START, simulate
from pipelines.staging.accounts import row_files
from pipelines.staging.schema import sql_schema
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.engine import Engine, quoted

REFERENCE = CHECKOUT / "data" / "reference"
DOCS = CHECKOUT / "docs"


@dataclass
class Cost:
    """CPU seconds and peak memory (GB) of one part."""

    seconds: float
    peak: float


def cost(part: Callable[..., None], *arguments: object) -> Cost:
    """Run a part in a process of its own."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    process = context.Process(target=_measured, args=(results, part, arguments))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{part.__name__} failed")
    return results.get()


def _measured(results: multiprocessing.SimpleQueue, part: Callable[..., None], arguments: tuple) -> None:
    before = _used()
    part(*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    results.put(Cost(_used() - before, peak))


def _used() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def floor(settings: Settings, day: date) -> None:
    """Read every column of every staged row once."""
    with Engine(settings.home / "scratch") as engine:
        for feed in FEEDS.values():
            if files := row_files(settings, feed.name, day):
                columns = ", ".join(f"max({column})" for column in sql_schema(feed))
                engine.rows(feed.name, f"SELECT {columns} FROM read_parquet({quoted(files)})")


def bare_read(path: Path) -> None:
    """Read a CSV file's cells as text, nothing more."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {_csv(path)}").fetchall()]
    sums = ", ".join(f'max("{column}")' for column in columns)
    connection.execute(f"SELECT {sums} FROM {_csv(path)}").fetchall()


def _csv(path: Path) -> str:
    return f"read_csv({quoted([path])}, all_varchar=true, header=true)"


def stage_days(settings: Settings, day: date) -> None:
    stage(settings, day)


def reconcile_day(settings: Settings, day: date) -> None:
    reconcile(settings, day)


def run_day(settings: Settings, day: date) -> None:
    run(settings, day, day, lambda _: None)


def staging_of(settings: Settings, folder: Path, encoding: str) -> tuple[float, float]:
    """CPU seconds of staging the first day's insurance file with known people, and of a bare read of it."""
    files = (settings.landing / "insurance" / START.isoformat()).glob("*.csv")
    source = max(files, key=lambda path: path.stat().st_size)
    home = Settings(folder / f"staging-{encoding}", REFERENCE, settings.key)
    for number, known in enumerate((False, True)):
        target = home.landing / "insurance" / (START + timedelta(days=number)).isoformat() / "a.csv"
        target.parent.mkdir(parents=True)
        with open(source, encoding="utf-8-sig") as rows, open(target, "w", encoding=encoding) as copy:
            shutil.copyfileobj(rows, copy, 1 << 22)
        staged = cost(stage_days, home, START + timedelta(days=number))
        if not known and encoding == "utf-8":
            read = cost(bare_read, target)
    if encoding != "utf-8":
        read = cost(bare_read, source)
    shutil.rmtree(home.home)
    return staged.seconds, read.seconds


def measure(persons: int, folder: Path) -> list[tuple[str, float, float, float]]:
    """Rows of part, CPU seconds, ratio to the floor (or to a bare read) and peak memory."""
    settings = Settings(folder / f"{persons}", REFERENCE, b"a key for benchmarks")
    settings.home.mkdir(parents=True)
    simulate(settings.home, persons, 2, 1, reference=REFERENCE)
    found = []
    first, second = START, START + timedelta(days=1)

    def note(what: str, spent: Cost, base: float) -> None:
        found.append((what, spent.seconds, spent.seconds / base, spent.peak))
        print(f"{persons} {what}: {spent.seconds:.1f} s, {spent.seconds / base:.1f}, {spent.peak:.2f} GB", flush=True)

    staged = cost(stage_days, settings, first)
    read = cost(floor, settings, first)
    note("floor: every staged column read once", read, read.seconds)
    note("first day: staging all deliveries", staged, read.seconds)
    note("first day: reconcile, first load of staged rows", cost(reconcile_day, settings, first), read.seconds)
    note("first day: publish beside it", cost(run_day, settings, first), read.seconds)
    note("second day: staging what came", cost(stage_days, settings, second), read.seconds)
    note("second day: reconcile, full recompute", cost(reconcile_day, settings, second), read.seconds)
    note("second day: run again with publishing", cost(run_day, settings, second), read.seconds)
    for encoding in ("utf-8", "gb18030"):
        spent, base = staging_of(settings, folder, encoding)
        note(f"insurance staged, {encoding}, known people, against a bare read", Cost(spent, 0), base)
    size = sum(path.stat().st_size for path in settings.staging.rglob("*.parquet")) / 1024**3
    print(f"{persons} staged on disk: {size:.2f} GB", flush=True)
    found.append(("staged rows on disk (GB)", size, 0, 0))
    shutil.rmtree(settings.home)
    return found


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, {versions}"


def chart(results: dict[int, list[tuple[str, float, float, float]]]) -> str:
    """The ratios to the floor of the largest province as bars."""
    rows = [row for row in results[max(results)] if row[2] and "bare read" not in row[0]]
    longest = max(row[2] for row in rows)
    bars = [
        f'<text x="0" y="{24 * n + 16}">{what}</text>'
        f'<rect x="340" y="{24 * n + 4}" width="{380 * ratio / longest:.0f}" height="16" fill="#2f6f8f"/>'
        f'<text x="{346 + 380 * ratio / longest:.0f}" y="{24 * n + 16}">{ratio:.1f}</text>'
        for n, (what, _, ratio, _) in enumerate(rows)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{24 * len(rows) + 8}" font-family="sans-serif" '
        f'font-size="12">{"".join(bars)}</svg>\n'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, nargs="+", default=[100_000, 200_000])
    parser.add_argument("--scratch", type=Path, default=None, help="where the provinces are made (a temporary folder)")
    asked = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory(dir=asked.scratch) as folder:
        for persons in asked.persons:
            results[persons] = measure(persons, Path(folder))
    lines = [
        "# What a day costs\n",
        "Made by `make bench`; do not edit. CPU seconds, and their ratio to the floor: DuckDB reading every column of "
        "the same staged rows once (staging of a file: to a bare read of that file).\n",
        f"Machine: {machine()}.\n",
        "![ratios to the floor](pictures/bench.svg)\n",
    ]
    for persons, rows in results.items():
        lines += [f"## {persons:,} people\n", "| part | CPU seconds | ratio | peak memory, GB |", "|---|--:|--:|--:|"]
        lines += [
            f"| {what} | {seconds:.2f} | {f'{ratio:.1f}' if ratio else ''} | {f'{peak:.2f}' if peak else ''} |"
            for what, seconds, ratio, peak in rows
        ]
        lines.append("")
    (DOCS / "bench.md").write_text("\n".join(lines), encoding="utf-8")
    (DOCS / "pictures" / "bench.svg").write_text(chart(results), encoding="utf-8")


if __name__ == "__main__":
    main()
