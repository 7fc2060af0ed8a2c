"""The rows of a workbook, read by a child process that may crash, hang or run out of memory in our stead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

from pipelines.landing.rejection import Rejected

#: What the reader of one workbook may take: bytes of address space, seconds for any and for each megabyte.
MEMORY = 3 * 1024**3
SECONDS, SECONDS_PER_MEGABYTE = 60, 5

_CHILD = Path(__file__).with_name("workbook_child.py")
_SAVE = "Open it, check it and save it as .xlsx again, or deliver CSV."
_ERRORS = {
    "password": "expected a workbook that opens, found one with a password"
    " (for feedback: not the password of any county). Save it without, or with the county's password.",
    "old format": "expected an .xlsx workbook, found an older Office format under that name. Save it as .xlsx.",
    "unreadable": f"expected an .xlsx workbook, found a file that can't be read as one. {_SAVE}",
    "died": f"expected an .xlsx workbook, found one whose reading took too much memory or time. {_SAVE}",
}

#: A cell is text, or a number of 16 or more digits.
Cell = str | int | float


class Workbook:
    """A workbook that is being read. Every method raises Rejected where it can't be; what came before is then void."""

    def __init__(self, path: Path, passwords: Sequence[str] = ()) -> None:
        seconds = SECONDS + SECONDS_PER_MEGABYTE * path.stat().st_size // 1024**2
        # Nothing else of the environment is handed on: it holds the key.
        environment = {"PASSWORDS": json.dumps(list(passwords)), "PATH": os.defpath}
        with path.open("rb") as file:  # as standard input: its name may be somebody's, and commands are seen by all
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD), str(MEMORY), str(seconds)],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        self._timer = Timer(seconds, self._child.kill)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """Ends the reading, wherever it is."""
        self._timer.cancel()
        self._child.kill()
        self._child.stdout.close()
        self._child.wait()

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that hold anything. A sheet can be read until the next one is asked for."""
        line = self.line()
        while "end" not in line:
            sheet = Sheet(self, line["sheet"], line["merged"])
            yield sheet
            line = sheet.drain()

    def line(self) -> list | dict:
        """What the child says next."""
        try:
            line = json.loads(self._child.stdout.readline())
        except ValueError:  # nothing, or half a line: the child died
            raise Rejected(_ERRORS["died"]) from None
        if isinstance(line, dict) and "error" in line:
            raise Rejected(_ERRORS[line["error"]])
        return line


class Sheet:
    """The rows of one sheet, from its first row on, whatever row its data begins in.

    `number` is its place in the workbook, from 1; `merged` are the first rows of cells that are merged over several.
    """

    def __init__(self, workbook: Workbook, number: int, merged: list[int]) -> None:
        self._workbook, self.number, self.merged, self._after = workbook, number, merged, None

    def __iter__(self) -> Iterator[list[Cell]]:
        return self

    def __next__(self) -> list[Cell]:
        if self._after is None:
            line = self._workbook.line()
            if isinstance(line, list):
                return line
            self._after = line
        raise StopIteration

    def drain(self) -> dict:
        """Passes over the rows left and gives the line that ended the sheet."""
        for _ in self:
            pass
        return self._after
