"""The bytes of a CSV file as UTF-8, block by block, whatever encoding the office saved it in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from pipelines.landing.rejection import Rejected

#: Bytes read at once, and bytes of text handed on at once: a block of rows and what is made of it fit in memory.
READ = 256 * 1024
BLOCK = 16 * 1024 * 1024
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
    """`utf-8` if the whole file is that, else `gb18030` (which `utf8_blocks` finds true or not)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while data := file.read(READ):
                decoder.decode(data)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def utf8_blocks(path: Path, encoding: str, size: int = BLOCK, read: int = READ) -> Iterator[bytes]:
    """The file's text in UTF-8 without BOM, in blocks of about `size` bytes, each ending with a line end but the last.

    A line break of two characters is never split. Raises Rejected where the bytes are not in the encoding, or where
    a line is longer than `LONGEST_LINE`.
    """
    held: list[bytes] = []
    length = 0
    for text in _text(path, encoding, read):
        length += len(text)
        cut = text.rfind(b"\n") + 1 or text.rfind(b"\r", 0, -1) + 1  # a last \r may be half of a \r\n
        if length >= size and cut:
            yield b"".join([*held, text[:cut]])
            held, length = [text[cut:]], len(text) - cut
        elif length > max(size, LONGEST_LINE):
            raise Rejected(
                "expected rows, found megabytes of text without a line end. Save the table as CSV or .xlsx again."
            )
        else:
            held.append(text)
    if length:
        yield b"".join(held)


def _text(path: Path, encoding: str, read: int) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("gb18030")() if encoding == "gb18030" else None
    first = True
    try:
        with path.open("rb") as file:
            while True:
                data = file.read(read)
                last = not data
                if decoder:
                    data = _moved(decoder.decode(data, final=last).encode("utf-8"))
                if first and data:
                    data, first = data.removeprefix(codecs.BOM_UTF8), False
                if data:
                    yield data
                if last:
                    return
    except UnicodeError:
        raise Rejected(
            "expected text in UTF-8 or GB18030, found bytes that are neither. "
            "Save the table as “CSV UTF-8” or .xlsx again."
        ) from None


def _moved(text: bytes) -> bytes:
    if b"\xee\xa0" in text or b"\xee\xa1" in text:  # how U+E800 to U+E87F begin
        for old, new in _MOVED_BYTES:
            text = text.replace(old, new)
    return text
