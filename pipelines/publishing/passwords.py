"""The passwords of the counties' extracts."""

from __future__ import annotations

import csv
import hashlib
import hmac
import os
from pathlib import Path

from pipelines.settings import FanpinError, Settings

#: Characters that can't be taken for one another when a password is read out over the telephone.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH, _GROUP = 16, 4

#: How often a password is hashed for the key of its workbook. For one that somebody thought of, as often as Excel does;
#: of derived ones there are 31^16, too many to be tried however fast that goes.
_SET_ROUNDS, _DERIVED_ROUNDS = 100_000, 1_000

#: A password set in the file may be shorter, and that is said.
_SHORTEST = 8


def password(settings: Settings, county_code: str) -> str:
    """The password of a county's extract: set in the file that `FANPIN_PASSWORDS` names, else derived from the key.

    Raises FanpinError where that file can't be read.
    """
    return _set().get(county_code) or _derived(settings.key, county_code)


def rounds(settings: Settings, word: str, county_code: str) -> int:
    """How often a county's password `word` is to be hashed for the key of its workbook."""
    return _DERIVED_ROUNDS if word == _derived(settings.key, county_code) else _SET_ROUNDS


def passwords(settings: Settings, county_codes: set[str]) -> list[tuple[str, str]]:
    """Pairs of county and password with which a workbook may come back: those that were set, and all derived ones."""
    chosen = _set()
    return sorted(
        {*chosen.items(), *((county, _derived(settings.key, county)) for county in county_codes | chosen.keys())}
    )


def short() -> list[str]:
    """A line for each county whose password of the file `FANPIN_PASSWORDS` is easily found by trying."""
    return [
        f"the file of FANPIN_PASSWORDS, county {county}: its password has fewer than {_SHORTEST} characters; whoever "
        "gets hold of the workbook can try them all: choose a longer one"
        for county, word in _set().items()
        if len(word) < _SHORTEST
    ]


def _derived(key: bytes, county_code: str) -> str:
    digest = hmac.digest(key, f"password|{county_code}".encode(), hashlib.sha256)
    number = int.from_bytes(digest)
    characters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[place])
    text = "".join(characters)
    return "-".join(text[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def _set() -> dict[str, str]:
    name = os.environ.get("FANPIN_PASSWORDS", "")
    if not name:
        return {}
    try:
        with open(Path(name), encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FanpinError(
            f"FANPIN_PASSWORDS names a file that can't be read ({type(error).__name__}): "
            "give a CSV in UTF-8 with the columns county_code,password."
        ) from None
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        county, word = (row.get("county_code") or "").strip(), (row.get("password") or "").strip()
        if not county or not word or county in found:
            raise FanpinError(
                f"the file of FANPIN_PASSWORDS, row {number}: expected a county_code, once, and its password."
            )
        found[county] = word
    return found
