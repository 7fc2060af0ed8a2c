"""Running a part of a benchmark in a process of its own: CPU seconds, memory and disk of it and all it starts."""

from __future__ import annotations

import inspect
import multiprocessing
import os
import platform
import resource
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import duckdb

from pipelines.settings import CHECKOUT

_TICKS = os.sysconf("SC_CLK_TCK")
_EVERY = 0.25  # seconds from one look at memory and disk to the next


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system), peak memory (GB; of all its processes, shared pages once) and what the part added
    to its folder on disk at most (GB), files that it removed again included.
    """

    seconds: float
    memory: float
    disk: float


def cost(part: Callable, *arguments: object, folder: Path | None = None) -> Cost:
    """Run a part in a process of its own. The clock of a generator runs between its two yields. Raises SystemExit."""
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    process = context.Process(target=_measured, args=(answers, part, arguments))
    before, memory, disk = _size(folder), 0.0, 0.0
    process.start()
    while process.is_alive() and answers.empty():
        memory = max(memory, _memory(process.pid))
        disk = max(disk, _size(folder) - before)
        sleep(_EVERY)
    if answers.empty():
        raise SystemExit(f"{part.__name__} failed")
    seconds, peak = answers.get()
    process.join()
    return Cost(seconds, max(memory, peak), max(disk, _size(folder) - before))


def _measured(answers: multiprocessing.SimpleQueue, part: Callable, arguments: tuple) -> None:
    before = _used()
    running = part(*arguments)
    if inspect.isgenerator(running):
        next(running)
        before = _used()
        next(running)
        answer = _used() - before
        next(running, None)
    else:
        answer = _used() - before
    answers.put((answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2))


def _used() -> float:
    """CPU seconds of this process, of children that ended, and of those that still run (a server, a JVM)."""
    ended = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    running = sum(sum(map(int, _stat(pid)[11:15])) for pid in _family(os.getpid())[1:] if _stat(pid)) / _TICKS
    return sum(used.ru_utime + used.ru_stime for used in ended) + running


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the program's name; none where it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _family(pid: int) -> list[int]:
    """A process and all that it, or they, have started."""
    found = [pid]
    for member in found:
        try:
            threads = list(Path(f"/proc/{member}/task").iterdir())
            found += [int(child) for thread in threads for child in (thread / "children").read_text().split()]
        except OSError:
            continue
    return found


def _memory(pid: int) -> float:
    total = 0
    for member in _family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024**2


def _size(folder: Path | None) -> float:
    total, waiting = 0, [folder] if folder else []
    while waiting:
        try:
            for entry in os.scandir(waiting.pop()):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
        except OSError:  # removed meanwhile
            continue
    return total / 1024**3


def machine() -> str:
    """The machine in a few words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, {versions}"


def commit() -> str:
    """The commit of the checkout, and whether what is measured was changed since."""

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True)

    found = git("rev-parse", "--short", "HEAD").stdout.strip()
    changes = found and git("status", "--porcelain", "--", "pipelines", "sql", "expectations", "data", "benchmarks")
    return (found or "no commit") + (" with changes" if changes and changes.stdout else "")
