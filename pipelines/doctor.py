"""What is wrong with an installation, and how to mend it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date

from pipelines.files import reading
from pipelines.settings import FanpinError, Settings, choice, home, key, memory, reference, settings

#: Free space a province's first load needs, in bytes.
ROOM = 20 * 10**9

#: What only tests and pictures need: a program, or a font, and the Debian package that brings it.
SYSTEM = {
    "soffice": "libreoffice-calc",
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "java": "openjdk-17-jre-headless",
    "sshd": "openssh-server",
}
FONT, FONT_PACKAGE = "Noto Sans CJK SC", "fonts-noto-cjk"


def check(say: Callable[[str], None]) -> bool:
    """Say what was found, a line a check. Returns whether all that a run needs is in order."""
    faults = 0
    for name, look in CHECKS.items():
        try:
            say(f"ok       {name}: {look()}")
        except FanpinError as error:
            faults += 1
            say(f"FAULT    {name}: {error}")
        except OSError as error:
            faults += 1
            say(f"FAULT    {name}: can't be read or written ({os.strerror(error.errno or 0)}): see to its permissions.")
    for program, package in SYSTEM.items():
        if not shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
            say(f"optional {program}: not found; some tests skip. `make system` installs {package}.")
    if not _has_font():
        say(f"optional {FONT}: not found; pictures lack Chinese characters. `make system` installs {FONT_PACKAGE}.")
    say("all that a run needs is in order" if not faults else f"{faults} to mend")
    return not faults


def _lines(lines: list[str]) -> str:
    """What is in order, and under it what looks like a slip."""
    return "\n         ".join(lines)


def _python() -> str:
    import duckdb
    import polars

    return f"Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}, Polars {polars.__version__}"


def _settings() -> str:
    from pipelines.warehouse.engine import default_memory, engine_name

    engine, master = engine_name(), os.environ.get("FANPIN_SPARK_MASTER")
    choice("FANPIN_DAYS", "changes", "whole")
    memory(default_memory())
    said = f"days are worked out by {engine}"
    if engine == "spark":
        from pipelines.warehouse.spark import needs, reach

        needs()
        if not master:
            return said
        reach(master)
        return f"{said} on {master}"
    return f"{said}; FANPIN_SPARK_MASTER is not used without FANPIN_ENGINE=spark" if master else said


def _home() -> str:
    folder = home()
    if folder.exists() and not folder.is_dir():
        raise FanpinError(f"{folder} is no folder: set FANPIN_HOME to the folder in which landing/ lies.")
    probe = folder if folder.exists() else folder.parent
    while not probe.exists():
        probe = probe.parent
    if not os.access(probe, os.W_OK):
        raise FanpinError(
            f"{folder} can't be written: choose another FANPIN_HOME or give this user the right to write."
        )
    if shut := [
        path.relative_to(folder).as_posix()
        for pattern in ("*", "staging/*", "warehouse/*", "published/*", "identities/*")
        for path in folder.glob(pattern)
        if path.is_dir() and path.name != "landing" and not os.access(path, os.W_OK | os.X_OK)
    ]:
        raise FanpinError(
            f"{folder} has folders that can't be written: {', '.join(shut[:5])}. See to their permissions."
        )
    free = shutil.disk_usage(probe).free
    note = "" if free >= ROOM else f"; only {free // 10**9} GB free, a province needs about {ROOM // 10**9}"
    return f"{folder}{note}"


def _key() -> str:
    key()
    source = "FANPIN_KEY" if os.environ.get("FANPIN_KEY") else "FANPIN_KEY_FILE"
    if home().exists():
        from pipelines.staging.identities import Identities

        Identities(settings())
        return f"from {source}, the one this home was staged with, or a new home"
    return f"from {source}"


def _reference() -> str:
    from pipelines.reference import read_reference, slips

    tables = read_reference(reference()).tables
    return _lines([", ".join(f"{table} {frame.height}" for table, frame in tables.items()), *slips(reference())])


def _passwords() -> str:
    from pipelines.publishing.passwords import passwords, short

    passwords(settings(), set())
    chosen = "some set in the file of FANPIN_PASSWORDS" if os.environ.get("FANPIN_PASSWORDS") else "all from the key"
    return _lines([chosen, *short()])


def _suites() -> str:
    from importlib.util import find_spec

    from pipelines.gates.suites import FEED_SUITES, TABLE_SUITES, suites

    if find_spec("great_expectations") is None:
        raise FanpinError("great-expectations is missing, so nothing could be published: run `make setup`.")
    found = [suite for folder in (FEED_SUITES, TABLE_SUITES) for suite in suites(folder)]
    return f"{len(found)} suites, {sum(len(suite.expectations) for suite in found)} expectations"


def _landing() -> str:
    folder = home() / "landing"
    if not folder.is_dir():
        raise FanpinError(f"{folder} is missing: make it, with folders <feed>/<YYYY-MM-DD>/ for what is delivered.")
    from pipelines.feeds import FEEDS
    from pipelines.landing.deliveries import passed_over

    found = f"{sum((folder / feed).is_dir() for feed in FEEDS)} of {len(FEEDS)} feeds have deliveries"
    return _lines([found, *passed_over(folder)])


def _kept() -> str:
    if not home().exists():
        return "nothing yet"
    with reading(home()):
        return _whole(settings())


def _whole(installed: Settings) -> str:
    from pipelines.feeds import FEEDS
    from pipelines.parquet import damaged, read_parquet
    from pipelines.staging.accounts import files_of_groups
    from pipelines.staging.storage import content_digest
    from pipelines.warehouse.kept import all_kept_files, kept_folder, run_dates

    kinds = ("rows", "quarantine")
    staged = [p for feed in FEEDS for kind in kinds for p in files_of_groups(installed, feed, date.max, kind).values()]
    for path in staged:  # its name says what it holds
        if not path.is_file() or not path.stem.endswith(content_digest(path)[:16]):
            raise FanpinError(damaged(str(path)) or f"{path} can't be read.")
    days = run_dates(installed)
    for folder in (kept_folder(installed, day) for day in days):
        for path in all_kept_files(folder):
            read_parquet(path)
    for pattern in (
        "staging/*/*.parquet",
        "staging/*/*/counts-*.parquet",
        "quality/as_of/*.parquet",
        "episodes/*.parquet",
    ):
        for path in home().glob(pattern):
            read_parquet(path)
    return f"{len(staged)} staged files and {len(days)} run dates, each whole"


def _published() -> str:
    import json

    from pipelines.staging.storage import content_digest

    folder = home() / "published"
    days = sorted(p for p in folder.glob("????-??-??")) if folder.is_dir() else []
    for day in days:
        try:
            manifest = json.loads((day / "manifest.json").read_text(encoding="utf-8"))
            for name, entry in manifest["files"].items():
                if content_digest(day / name) != entry["sha256"]:
                    raise FanpinError(
                        f"published/{day.name}/{name} was changed: publish it with `fanpin run --date {day.name}`."
                    )
        except (OSError, ValueError, KeyError) as error:
            raise FanpinError(
                f"published/{day.name} is not whole ({type(error).__name__}): run `fanpin run --date {day.name}` again."
            ) from None
    return f"{len(days)} dates, each as its manifest says"


def _handover() -> str:
    if not os.environ.get("FANPIN_DESTINATIONS"):
        return "not set up (FANPIN_DESTINATIONS): extracts are handed over by other means"
    from pipelines.handover.deliver import destinations
    from pipelines.handover.signing import signing_key

    places = destinations()
    signing_key()
    return f"{sum(map(len, places.values()))} destinations of {len(places)} counties, and a key to sign with"


CHECKS: dict[str, Callable[[], str]] = {
    "programs": _python,
    "settings": _settings,
    "home": _home,
    "key": _key,
    "passwords": _passwords,
    "reference tables": _reference,
    "expectations": _suites,
    "landing": _landing,
    "kept files": _kept,
    "published": _published,
    "handing over": _handover,
}


def _has_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", FONT], capture_output=True, text=True, timeout=30, check=False)
    return bool(found.stdout.strip())
