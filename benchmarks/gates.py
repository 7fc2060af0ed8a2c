"""What the gates cost of a run: their CPU time as a share of the whole run's, day by day, measured in one process.

    python benchmarks/gates.py --home DIR --from D --to D

`DIR/landing` holds deliveries (those of `fanpin simulate`, say). They are staged and run in a home beside them that is
thrown away. The import of Great Expectations is counted in neither.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from pipelines.gates import judge
from pipelines.main_job import run
from pipelines.publishing import publish
from pipelines.settings import CHECKOUT, Settings
from pipelines.warehouse import day as warehouse

#: The functions in which a run counts, holds, measures and judges; none of them calls another of them.
GATES = (
    (warehouse, "count_deliveries"),
    (warehouse, "failing"),
    (warehouse, "scopes"),
    (warehouse, "holds"),
    (warehouse, "measure_deliveries"),
    (warehouse, "measure_conservation"),
    (publish, "judge_day"),
)


def timed(module: Any, name: str, spent: Counter[str]) -> None:
    """Put in place of a function one that adds the CPU time of its calls to `spent`."""
    function = getattr(module, name)

    def wrapper(*arguments: Any, **named: Any) -> Any:
        start = process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += process_time() - start

    setattr(module, name, wrapper)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=CHECKOUT / "data" / "sample")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2025, 6, 1))
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date(2025, 6, 4))
    asked = parser.parse_args()
    judge._great_expectations()
    spent: Counter[str] = Counter()
    for module, name in GATES:
        timed(module, name, spent)
    with tempfile.TemporaryDirectory(dir=asked.home) as folder:
        settings = Settings(Path(folder), CHECKOUT / "data" / "reference", b"a key")
        settings.landing.symlink_to((asked.home / "landing").resolve())
        for number in range((asked.last - asked.first).days + 1):
            day = asked.first + timedelta(days=number)
            spent.clear()
            start = process_time()
            run(settings, day, day, lambda line: print(line, file=sys.stderr))
            whole, gates = process_time() - start, sum(spent.values())
            parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items())
            print(f"{day}: gates {gates:.1f} s of {whole:.1f} s = {gates / whole:.1%} ({parts})", flush=True)


if __name__ == "__main__":
    main()
