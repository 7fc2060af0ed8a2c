"""Where an installation keeps its data, the key of its pseudonyms, and its reference tables."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

CHECKOUT = Path(__file__).resolve().parent.parent

#: By this clock a date has come.
TIME_ZONE = "Asia/Shanghai"

#: MB without which Spark does not start.
LEAST_MEMORY = 500


def today() -> date:
    """The date it is in the province, whatever the clock of the machine is set to."""
    return datetime.now(ZoneInfo(TIME_ZONE)).date()


class FanpinError(Exception):
    """Something the user can mend; the text says what was expected, what was found and what to do.

    It never holds a name, an ID number, an account or the name of a delivered file.
    """


class TryAgain(FanpinError):
    """What may pass by itself: another run holds the home, memory or disk ran out, a cluster is down."""


@dataclass(frozen=True)
class Settings:
    """One installation: its folders, its reference tables and its key."""

    home: Path
    reference: Path
    key: bytes

    @property
    def landing(self) -> Path:
        """What was delivered: `<feed>/<YYYY-MM-DD>/<file>`."""
        return self.home / "landing"

    @property
    def staging(self) -> Path:
        """Typed rows by feed and delivery date, with pseudonyms; immutable once written."""
        return self.home / "staging"

    @property
    def identities(self) -> Path:
        """The one place that leads back to people: ID numbers, names, quarantined rows as delivered, file names."""
        return self.home / "identities"

    @property
    def warehouse(self) -> Path:
        """What each run date concluded, one folder a date."""
        return self.home / "warehouse"

    @property
    def published(self) -> Path:
        """What people open, one folder a date."""
        return self.home / "published"

    @property
    def receipts(self) -> Path:
        """What was handed to whom, and when: `<county>/<date>.jsonl`."""
        return self.home / "receipts"


def home() -> Path:
    """The home folder: `FANPIN_HOME`, else `data/` of the checkout. Raises FanpinError for one DuckDB would misread."""
    folder = Path(os.environ.get("FANPIN_HOME") or CHECKOUT / "data").resolve()
    if "\\" in str(folder) or "?" in str(folder):
        raise FanpinError(
            f"FANPIN_HOME holds a backslash or a question mark ({folder}), which DuckDB takes for / and for the "
            "start of options: choose another folder."
        )
    return folder


def reference() -> Path:
    """The folder of the reference tables: `FANPIN_REFERENCE`, else those of the checkout."""
    return Path(os.environ.get("FANPIN_REFERENCE") or CHECKOUT / "data" / "reference").resolve()


def key() -> bytes:
    """The key of the pseudonyms, from `FANPIN_KEY` or the file that `FANPIN_KEY_FILE` names.

    Raises FanpinError where there is none: without it nothing may be staged.
    """
    text = os.environ.get("FANPIN_KEY", "")
    file = os.environ.get("FANPIN_KEY_FILE", "")
    if not text and file:
        try:
            text = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise FanpinError(
                f"FANPIN_KEY_FILE names a file that can't be read ({type(error).__name__}): give a readable text file."
            ) from None
    if not text:
        raise FanpinError(
            "no key: set FANPIN_KEY to any non-empty text, or FANPIN_KEY_FILE to a file that holds it. "
            "It keys the pseudonyms; keep it, for another key makes other pseudonyms."
        )
    return text.encode("utf-8")


def choice(name: str, *allowed: str) -> str:
    """What an environment variable says, by default the first of what it may say. Raises FanpinError."""
    found = os.environ.get(name) or allowed[0]
    if found not in allowed:
        raise FanpinError(f"{name} is {found}: set it to {' or '.join(allowed)}.")
    return found


def memory(default: str) -> int:
    """How many MB FANPIN_MEMORY, an amount like the default, gives the engine. Raises FanpinError."""
    text = os.environ.get("FANPIN_MEMORY") or default
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([MG])B", text.strip().upper())
    amount = int(float(found[1]) * {"M": 1, "G": 1000}[found[2]]) if found else 0
    if amount < LEAST_MEMORY:
        raise FanpinError(
            f"FANPIN_MEMORY is {text}: set it to an amount like 750MB or 1.5GB, {LEAST_MEMORY}MB or more."
        )
    return amount


def settings() -> Settings:
    """The installation that the environment names, be there anything in its home or not."""
    return Settings(home(), reference(), key())


def installation() -> Settings:
    """The installation that the environment names; raises FanpinError where its home is none: it may be mistyped."""
    found = settings()
    if not found.landing.is_dir() and not found.staging.is_dir():  # a home restored from a backup has no landing
        if not found.home.exists():
            what = "does not exist"
        else:
            what = "has no folder landing" if found.home.is_dir() else "is no folder"
        raise FanpinError(
            f"the home {found.home} {what}: set FANPIN_HOME to the folder in which landing/<feed>/<YYYY-MM-DD>/<file> "
            "is delivered. For a new home, make its folder landing first."
        )
    return found
