"""The demonstration behind `make run`: the sample deliveries, in a home and with a key of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import MutableMapping
from datetime import date

from pipelines.files import write_private
from pipelines.settings import CHECKOUT

SAMPLE = CHECKOUT / "data" / "sample" / "landing"
HOME = CHECKOUT / "data" / "demo"
KEY_FILE = CHECKOUT / "data" / "demo.key"
#: What a real installation is named by. Made-up extracts must not be handed to its counties.
OF_AN_INSTALLATION = (
    *("FANPIN_HOME", "FANPIN_KEY", "FANPIN_KEY_FILE", "FANPIN_REFERENCE", "FANPIN_PASSWORDS", "FANPIN_BACKUPS"),
    *("FANPIN_DESTINATIONS", "FANPIN_SIGNING_KEY_FILE", "FANPIN_SSH_KEY_FILE", "FANPIN_SSH_KNOWN_HOSTS"),
)
FIRST, LAST = date(2025, 5, 26), date(2025, 6, 4)


def demonstrate(environment: MutableMapping[str, str]) -> None:
    """Make an environment that of the demonstration. Its key is made once; nothing of a real installation is left."""
    if not KEY_FILE.exists():
        write_private(KEY_FILE, secrets.token_hex(32).encode("ascii") + b"\n")
    for name in OF_AN_INSTALLATION:
        environment.pop(name, None)
    environment |= {"FANPIN_HOME": str(HOME), "FANPIN_KEY_FILE": str(KEY_FILE)}


def main() -> None:
    """Run every day of the sample deliveries and say where the results are."""
    from pipelines.cli import main as fanpin
    from pipelines.report import summary
    from pipelines.settings import settings

    if not HOME.exists():
        shutil.copytree(SAMPLE, HOME / "landing")
    demonstrate(os.environ)
    try:
        fanpin(["backfill", "--from", str(FIRST), "--to", str(LAST)])
    except SystemExit as end:
        if end.code:
            raise
    sys.stderr.flush()
    print("\n".join(summary(settings(), LAST)))
    folder = f"data/demo/published/{LAST}"
    print(
        f"""
Look at the results:
  {folder}/brief.html                open in a browser; a county's: briefs/340422.html
  {folder}/extracts/340422.xlsx      open in a spreadsheet program; the password: see below
  {folder}/fanpin.duckdb             query it; its tables and columns carry comments

Go on with this home and key:
  export FANPIN_HOME=data/demo FANPIN_KEY_FILE=data/demo.key
  .venv/bin/fanpin password 340422
  .venv/bin/fanpin export warnings --date {LAST}
  .venv/bin/fanpin explain WARNING_ID"""
    )


if __name__ == "__main__":
    main()
