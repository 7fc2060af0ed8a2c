"""A delivered file as a table: its header, and its rows as raw text under the names of the feed's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path

import polars as pl

from pipelines.feeds import FEEDBACK, Feed
from pipelines.landing import encoding, records, workbook
from pipelines.landing.batch import Batch, cell_frame
from pipelines.landing.header import HEAD, SECOND, Header, find_header, missing_columns
from pipelines.landing.rejection import Rejected

DELIMITERS = (",", "\t", ";")
#: Rows of a workbook in a batch.
WORKBOOK_ROWS = 50_000

#: How it is noted that cells are merged over several rows, and that rows stand where they are not read.
MERGED, ELSEWHERE = "merged cells", "rows elsewhere"
#: What who filled in a file must know of how it was read.
TOLD = (MERGED, ELSEWHERE, SECOND)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """A delivered table. `batches` are the rows below the header; reading them may still raise Rejected.

    The cells of a batch are named as the feed's columns; a column that the file does not have is not there. `notes` say
    what should be known of the file beside what its header says; they are complete when all batches are read.
    """

    header: Header
    batches: Iterator[Batch]
    notes: list[str] = field(default_factory=list)


def open_table(path: Path, feed: Feed, passwords: Sequence[str] = ()) -> Table:
    """Opens a delivered file and finds its header. Raises Rejected.

    `passwords` are tried on a protected workbook of feedback; of other feeds no workbook may be protected.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise Rejected("expected a .csv or .xlsx file, found another type. Save the table as one of these.")
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if not start:
            raise Rejected("expected rows, found an empty file. Was it uploaded whole? Deliver it again.")
        if suffix == ".csv":
            if start in (_ZIP, _OLE):
                raise Rejected("expected text in a .csv file, found a workbook. Deliver it with the suffix .xlsx.")
            return _open_csv(path, feed)
        if start not in (_ZIP, _OLE):
            raise Rejected("expected a workbook in an .xlsx file, found something else. Save it as .xlsx or .csv.")
        return _open_workbook(path, feed, passwords if feed is FEEDBACK else ())
    except OSError as error:
        raise Rejected(
            f"expected a file that can be read, found one that can't ({type(error).__name__}). "
            "Check its permissions and deliver it again."
        ) from None


def _open_csv(path: Path, feed: Feed) -> Table:
    found = encoding.encoding_of(path)
    first: list[list[str]] = []
    for delimiter in DELIMITERS:
        rows = records.head(encoding.utf8_blocks(path, found, size=0), delimiter, HEAD)
        header = find_header(feed, rows)
        if header:
            notes: list[str] = []
            batches = records.batches(encoding.utf8_blocks(path, found), delimiter, header.positions, notes)
            return Table(header, map(partial(_below, header), batches), notes)
        first += rows
    raise _no_header(feed, first)


def _below(header: Header, batch: Batch) -> Batch:
    """The rows of a batch that are below the header."""
    above = int((batch.rows <= header.row).sum())
    if not above:
        return batch
    return Batch(
        batch.rows.slice(above),
        batch.cells.slice(above),
        lambda positions: batch.delivered([above + at for at in positions]),
    )


def _open_workbook(path: Path, feed: Feed, passwords: Sequence[str]) -> Table:
    book = workbook.Workbook(path, passwords)
    first: list[list[str]] = []
    try:
        sheets = book.sheets()
        for sheet in sheets:
            top = list(islice(sheet, HEAD))
            rows = [[_typed(cell) for cell in row] for row in top]
            header = find_header(feed, rows)
            if header:
                notes = list(_merged(sheet, header))
                return Table(header, _sheet_batches(book, chain(top, sheet), sheets, feed, header, notes), notes)
            first += rows
            if feed is not FEEDBACK:
                break
        raise _no_header(feed, first, next((number for number, *_ in _filled(sheets, feed)), None))
    except BaseException:
        book.close()
        raise


def _sheet_batches(
    book: workbook.Workbook,
    rows: Iterator[list[workbook.Cell]],
    later: Iterator[workbook.Sheet],
    feed: Feed,
    header: Header,
    notes: list[str],
) -> Iterator[Batch]:
    """The batches of a sheet's rows; what stands in `later` sheets and is not read is noted."""
    rounded = {at for name, at in header.positions.items() if feed.column(name).type in ("id", "account")}
    number = header.row
    rows = islice(rows, header.row, None)
    try:
        while taken := list(islice(rows, WORKBOOK_ROWS)):
            texts = [
                [_scientific(cell) if at in rounded else _typed(cell) for at, cell in enumerate(row)] for row in taken
            ]
            yield Batch(
                pl.Series("row", range(number + 1, number + 1 + len(taken)), pl.Int64),
                cell_frame(texts, header.positions),
                lambda positions, texts=texts: [texts[i] for i in positions],
            )
            number += len(taken)
        notes.extend(
            f"{ELSEWHERE}: {count} on sheet {number}, which is not read: only the first {_READ[feed is FEEDBACK]} is"
            for number, count in _filled(later, feed)
        )
    finally:
        book.close()


def _merged(sheet: workbook.Sheet, header: Header) -> Iterator[str]:
    """A note where cells below the header are merged over several rows: only the first row has what they say."""
    if count := sum(row > header.row for row in sheet.merged):
        yield f"{MERGED}: {count} over several rows, of which the first alone has what they say; unmerge and fill them"


#: Which sheet is read, of feedback or not.
_READ = {True: "sheet with a header", False: "sheet that holds anything"}


def _filled(sheets: Iterator[workbook.Sheet], feed: Feed) -> Iterator[tuple[int, int]]:
    """The number of each sheet that has a header of the feed, and how many rows of it are filled in."""
    try:
        for sheet in sheets:
            top = [[_typed(cell) for cell in row] for row in islice(sheet, HEAD)]
            if header := find_header(feed, top):
                names = feed.filled_by or header.positions
                places = [header.positions[name] for name in names if name in header.positions]
                rows = chain(top[header.row :], sheet)
                count = sum(any(str(row[at]).strip() for at in places if at < len(row)) for row in rows)
                if count:
                    yield sheet.number, count
    except Rejected:  # what can't be read there was not to be read
        return


def _typed(cell: workbook.Cell) -> str:
    """A cell as text; of a number of 16 or more digits, its digits."""
    return cell if isinstance(cell, str) else str(int(cell))


def _scientific(cell: workbook.Cell) -> str:
    """A cell as text; a number of 16 or more digits as a spreadsheet shows and saves it: its last digits are lost."""
    return cell if isinstance(cell, str) else f"{cell:.14E}"


def _no_header(feed: Feed, rows: Sequence[Sequence[str]], elsewhere: int | None = None) -> Rejected:
    if elsewhere:
        return Rejected(
            f"expected the header of {feed.chinese} on the first sheet that holds anything, found it on sheet "
            f"{elsewhere}. Put that sheet first, or remove the others."
        )
    missing = "、".join(missing_columns(feed, rows))
    return Rejected(
        f"expected a header among the first {HEAD} rows that names every required column of {feed.chinese}, "
        f"found none: the row most like one lacks {missing}. Check that the file belongs to this feed and add what is "
        "missing."
    )
