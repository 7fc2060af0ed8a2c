"""The records of a CSV file, exactly as Python's `csv` module reads them, at the speed of Polars.

Polars alone loses rows silently where lines are ragged, end in a lone CR or quotes are stray. So it only gets lines
in which no cell begins with a quote: there every quote is a plain character, a line is a record, and nothing is left
to interpretation. Quotes that do no more than wrap whole cells are taken off first; all other lines go to the `csv`
module. The count of records is checked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice

import polars as pl

from pipelines.landing.batch import Batch, cell_frame
from pipelines.landing.rejection import Rejected

#: The longest cell in characters. A quote that is never closed would else swallow the rest of a file of gigabytes.
LONGEST_CELL = 16 * 1024 * 1024
#: So many quoted cells that look as if their quote were not closed are noted.
_NOTES = 10
#: Records read by the `csv` module that are gathered before a batch is handed on.
QUOTED_RECORDS = 100_000

#: All bytes that are neither a mark of `_unwrapped` nor a delimiter or line end, by delimiter.
_UNMARKED = {d: bytes(set(range(256)) - {1, 2, ord("\n"), *d}) for d in (b",", b"\t", b";")}

csv.field_size_limit(LONGEST_CELL)


def head(blocks: Iterable[bytes], delimiter: str, count: int) -> list[list[str]]:
    """The first `count` records. Raises Rejected for a cell longer than `LONGEST_CELL`."""
    lines = (line.decode("utf-8") for block in blocks for line in block.splitlines(keepends=True))
    return list(islice(_records(lines, delimiter), count))


def batches(
    blocks: Iterable[bytes], delimiter: str, columns: Mapping[str, int], notes: list[str] | None = None
) -> Iterator[Batch]:
    """All records, in batches, with the cells of the `columns` (0-based positions by name).

    Short records are filled with empty cells. Records are numbered from 1 as a spreadsheet shows them: an empty
    line counts, a quoted line break does not. The batches are in no particular order, but each is in itself. What looks
    like a quote that is not closed is put into `notes`.
    """
    opening = (delimiter + '"').encode()
    blocks = iter(blocks)
    row = 1
    for block in blocks:
        block = _unwrapped(block, delimiter.encode()) if _opens(block, opening) else block
        if not _opens(block, opening):
            rows = range(row, row + _count_lines(block))
            row = rows.stop
            yield _plain(block, rows, delimiter, columns)
            del block
            continue
        lines = _Lines(block, blocks)
        records = _records(lines, delimiter)
        while lines.left():
            plain, plain_rows, quoted, quoted_rows = [], [], [], []
            while lines.left() and len(quoted) < QUOTED_RECORDS:
                line = lines.peek()
                if line.startswith(b'"') or opening in line:
                    quoted.append(next(records))
                    quoted_rows.append(row)
                    if notes is not None and len(notes) < _NOTES:
                        notes.extend(_swallowed(row, quoted[-1], delimiter, columns))
                else:
                    plain.append(lines.take())
                    plain_rows.append(row)
                row += 1
            yield _plain(b"".join(plain), plain_rows, delimiter, columns)
            yield _read(quoted, quoted_rows, columns)


def _swallowed(row: int, record: list[str], delimiter: str, columns: Mapping[str, int]) -> Iterator[str]:
    """A note where lines within the cells of a record have as many cells as records have."""
    width = max(1, *columns.values())
    lines = [line for cell in record if "\n" in cell for line in cell.split("\n")[1:]]
    if count := sum(line.count(delimiter) >= width for line in lines):
        yield f'row {row}: {count} lines within a quoted cell look like rows and are not read: is its quote (") closed?'


class _Lines:
    """The lines of a block, as bytes to look at and as text to read; reading runs on into the following blocks."""

    def __init__(self, block: bytes, following: Iterator[bytes]) -> None:
        self._lines, self._at, self._following = block.splitlines(keepends=True), 0, following

    def left(self) -> bool:
        return self._at < len(self._lines)

    def peek(self) -> bytes:
        return self._lines[self._at]

    def take(self) -> bytes:
        self._at += 1
        return self._lines[self._at - 1]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.left():  # only inside a quoted cell: whoever reads on between records asks `left` first
            self._lines, self._at = next(self._following).splitlines(keepends=True), 0
        return self.take().decode("utf-8")


def _opens(block: bytes, opening: bytes) -> bool:
    """Whether some cell of the block begins with a quote."""
    if b'"' not in block:
        return False
    return block.startswith(b'"') or any(mark in block for mark in (opening, b'\n"', b'\r"'))


def _unwrapped(block: bytes, delimiter: bytes) -> bytes:
    """The block without its quotes, if they do no more than wrap whole cells; else the block as it is.

    That is so if every quote either opens a cell (it follows a delimiter or line end) or closes one (a delimiter or
    line end follows it), they alternate, and between opening and closing there is no delimiter, line end or quote.
    """
    if b"\x01" in block or b"\x02" in block:  # these will mark opening and closing quotes
        return block
    marked = b"\n" + (block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block) + b"\n"
    for before in (delimiter, b"\n"):
        marked = marked.replace(before + b'"', before + b"\x01")
    for after in (delimiter, b"\n"):
        marked = marked.replace(b'"' + after, b"\x02" + after)
    if b'"' in marked:
        return block
    marks = marked.translate(None, delete=_UNMARKED[delimiter])
    if not marks.count(b"\x01\x02") == marks.count(b"\x01") == marks.count(b"\x02"):
        return block
    if block.endswith((b"\r", b"\n")):  # else the added line end stays: `""` alone is a line
        marked = marked[:-1]
    return marked[1:].translate(None, delete=b"\x01\x02")


def _count_lines(block: bytes) -> int:
    lines = block.count(b"\n")
    if b"\r" in block:
        lines += block.count(b"\r") - block.count(b"\r\n")
    return lines + (bool(block) and not block.endswith((b"\n", b"\r")))


def _records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        raise Rejected(
            f'expected cells of at most {LONGEST_CELL:,} characters, found a longer one: as a rule a quote (") '
            "that is opened and not closed. Mend it, or save the table as .xlsx."
        ) from None


def _plain(block: bytes, rows: Sequence[int], delimiter: str, columns: Mapping[str, int]) -> Batch:
    """Lines in which no cell begins with a quote: each is a record, and its cells are what lies between delimiters."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    width = max(columns.values()) + 1
    names = [f"column_{i + 1}" for i in range(width)]
    # Polars takes the number of columns from the first line: before one that is short a full one is put.
    short = block[: block.find(b"\n")].count(delimiter.encode()) < width - 1
    full = delimiter.encode() * (width - 1) + b"\n" if short else b""
    try:
        frame = pl.read_csv(
            full + block,
            has_header=False,
            extra_columns="ignore",
            schema=dict.fromkeys(names, pl.String),
            columns=[names[at] for at in columns.values()],
            separator=delimiter,
            quote_char=None,
            empty_string_is_null=False,
            truncate_ragged_lines=True,
            infer_schema=False,
        ).select(pl.col(names[at]).alias(name) for name, at in columns.items())[int(short) :]
    except pl.exceptions.PolarsError:
        frame = None

    def delivered(positions: Sequence[int]) -> list[list[str]]:
        chosen = bytearray(len(rows))
        for position in positions:
            chosen[position] = True
        lines = (line.removesuffix(b"\n").decode("utf-8") for line in compress(io.BytesIO(block), chosen))
        return [line.split(delimiter) if line else [] for line in lines]

    if frame is None or frame.height != len(rows):  # never seen, but a lost row must not go unnoticed
        return _read(delivered(range(len(rows))), rows, columns)
    return Batch(pl.Series("row", rows, pl.Int64), frame, delivered)


def _read(records: list[list[str]], rows: Sequence[int], columns: Mapping[str, int]) -> Batch:
    return Batch(
        pl.Series("row", rows, pl.Int64),
        cell_frame(records, columns),
        lambda positions: [records[i] for i in positions],
    )
