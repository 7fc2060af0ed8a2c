"""The demonstration behind `make run`: the sample deliveries, in a home and with a key of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from datetime import date

from pipelines.settings import CHECKOUT

SAMPLE = CHECKOUT / "data" / "sample" / "landing"
HOME = CHECKOUT / "data" / "demo"
KEY_FILE = CHECKOUT / "data" / "demo.key"
FIRST, LAST = date(2025, 5, 26), date(2025, 6, 4)


def main() -> None:
    """Run every day of the sample deliveries and say where the results are."""
    from pipelines.cli import main as fanpin
    from pipelines.report import summary
    from pipelines.settings import settings

    if not KEY_FILE.exists():
        KEY_FILE.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        KEY_FILE.chmod(0o600)
    if not HOME.exists():
        shutil.copytree(SAMPLE, HOME / "landing")
    os.environ |= {"FANPIN_HOME": str(HOME), "FANPIN_KEY_FILE": str(KEY_FILE)}
    for name in ("FANPIN_KEY", "FANPIN_REFERENCE", "FANPIN_PASSWORDS"):
        os.environ.pop(name, None)
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
