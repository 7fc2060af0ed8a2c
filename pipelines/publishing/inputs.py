"""What a published date is made of: as long as all of it is the same, nothing need be worked out again."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from pipelines.feeds import FEEDS
from pipelines.gates.quality import results_path
from pipelines.gates.suites import EXPECTATIONS
from pipelines.publishing.passwords import passwords
from pipelines.settings import Settings
from pipelines.staging.accounts import groups
from pipelines.warehouse.day import content
from pipelines.warehouse.engine import SQL
from pipelines.warehouse.kept import run_dates

#: The libraries whose versions may show in what is published.
_LIBRARIES = ("duckdb", "great-expectations", "jinja2", "msoffcrypto-tool", "polars", "xlsxwriter")


def made_of(settings: Settings, day: date) -> str:
    """A keyed digest of all that goes into what is published of `day`: it says whether that is the same, and no more.

    Raises FanpinError where the file of passwords or an account can't be read.
    """
    total = hmac.new(settings.key, digestmod=hashlib.sha256)
    for name, value in _inputs(settings, day):
        total.update(json.dumps([name, value], sort_keys=True, default=str).encode())
    return total.hexdigest()


def _inputs(settings: Settings, day: date) -> Iterator[tuple[str, object]]:
    yield "day", day
    code = Path(__file__).parent.parent
    for suffix in ("py", "j2"):
        yield "program", _files(code, f"*.{suffix}")
    yield "sql", _files(SQL, "*.sql")
    yield "expectations", _files(EXPECTATIONS, "*.yaml")
    yield "libraries", [sys.version, *map(version, _LIBRARIES)]
    # The map and whatever else lies beside the tables, too.
    yield "reference", _files(settings.reference, "*")
    yield "passwords", passwords(settings, set())
    for run_date in run_dates(settings, day):
        yield "kept", [run_date, content(settings, run_date)]
    for feed in sorted(FEEDS):
        for group in groups(settings, feed, day):
            yield "delivered", repr(group)
    yield "identities", _files(settings.identities, "keys.json")
    yield "judged", results_path(settings, day).exists()


def _files(folder: Path, pattern: str) -> list[tuple[str, str]]:
    """The files of a folder, by name, and digests of them."""
    return [
        (str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob(pattern))
        if path.is_file()
    ]
