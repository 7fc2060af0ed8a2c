"""The bytes of a CSV file as UTF-8, block by block, whatever encoding the office saved it in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.landing.rejection import Rejected

#: Bytes read at once, and bytes of text handed on at once: a block of rows and what is made of it fit in memory. The C
#: library takes up memory for 32 MB and more anew each time, which costs as much as to read them.
READ = 256 * 1024
BLOCK = 28 * 1024 * 1024
#: The longest line in bytes. What is no table has none that ends.
LONGEST_LINE = 64 * 1024 * 1024

#: Han characters that Python's GB18030 codec (the year 2000's table) still maps to the private use area, and where
#: Unicode has them now. They occur in names, and a name must be the same in every office's file.
_MOVED = {
    "\ue816": "\U00020087",
    "\ue817": "\U00020089",
    "\ue818": "\U000200cc",
    "\ue81e": "\u9fb4",
    "\ue826": "\u9fb5",
    "\ue82b": "\u9fb6",
    "\ue82c": "\u9fb7",
    "\ue831": "\U000215d7",
    "\ue832": "\u9fb8",
    "\ue83b": "\U0002298f",
    "\ue843": "\u9fb9",
    "\ue854": "\u9fba",
    "\ue855": "\U000241fe",
    "\ue864": "\u9fbb",
}
_MOVED_BYTES = [(old.encode(), new.encode()) for old, new in _MOVED.items()]


def encoding_of(path: Path) -> str:
    """`utf-8` if the whole file is that, else `gb18030` (which `utf8_blocks` finds true or not). Raises Rejected."""
    try:
        for piece in _pieces(path, READ):
            pl.Series([piece], dtype=pl.Binary).cast(pl.String)  # Polars looks in a third of the time that Python takes
    except pl.exceptions.ComputeError:
        return "gb18030"
    return "utf-8"


def utf8_blocks(path: Path, encoding: str, size: int = BLOCK, read: int = READ) -> Iterator[bytes]:
    """The file's text in UTF-8 without BOM, in blocks of about `size` bytes, each ending with a line end but the last.

    A line break of two characters is never split. Raises Rejected where the bytes are not in the encoding, or where
    a line is longer than `LONGEST_LINE`.
    """
    held: list[bytes] = []
    length = before = 0
    for number, piece in enumerate(_pieces(path, read)):
        try:
            text = _of_gb18030(piece) if encoding == "gb18030" else piece
        except UnicodeError as error:
            line = _line(path, before + error.start)
            raise Rejected(
                f"expected text in UTF-8 or GB18030, found bytes in line {line} that are neither. "
                "Save the table as “CSV UTF-8” or .xlsx again."
            ) from None
        before += len(piece)
        held.append(text if number else text.removeprefix(codecs.BOM_UTF8))
        length += len(text)
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    if text := b"".join(held):
        yield text


def _pieces(path: Path, read: int) -> Iterator[bytes]:
    """The file's bytes, some `read` at once, each piece ending with a line end but the last.

    In neither encoding does a character have the byte of a line end within it.
    """
    held: list[bytes] = []
    length = 0
    with path.open("rb") as file:
        while data := file.read(read):
            cut = data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1  # a last \r may be half of a \r\n
            if cut:
                yield b"".join([*held, data[:cut]])
                held, length = [data[cut:]], len(data) - cut
            else:
                held.append(data)
                length += len(data)
            if length > LONGEST_LINE:
                raise Rejected(
                    "expected rows, found megabytes of text without a line end. Save the table as CSV or .xlsx again."
                )
    if length:
        yield b"".join(held)


def _line(path: Path, at: int) -> int:
    """The number of the line, from 1, in which the byte at a place stands."""
    with path.open("rb") as file:
        return 1 + sum(data.count(b"\n") for data in iter(lambda: file.read(min(READ, at - file.tell())), b""))


def _of_gb18030(piece: bytes) -> bytes:
    return _moved(piece.decode("gb18030").encode("utf-8"))


def _moved(text: bytes) -> bytes:
    if b"\xee" in text:  # as U+E000 to U+EFFF begin, and nothing else
        for old, new in _MOVED_BYTES:
            text = text.replace(old, new)
    return text
