"""CSV records are those of Python's csv module, however wild the text and wherever a block ends."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.landing import encoding, records
from pipelines.landing.rejection import Rejected

WILD = st.text(alphabet='ab,;\t"\r\n \0\x01\x02=\u2028张', max_size=60)
CELL = st.text(alphabet='a"张 ,', max_size=4)
#: As programs write it: every cell wrapped in quotes.
WRAPPED = st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=6).map(
    lambda rows: "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
)


def by_csv(text: str, delimiter: str = ",") -> list[list[str]]:
    return [row or [""] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def by_us(path, text: str, delimiter: str = ",", block: int = 16) -> list[list[str]]:
    path.write_bytes(text.encode())
    found = {}
    blocks = encoding.utf8_blocks(path, "utf-8", block, read=7)
    for batch in records.batches(blocks, delimiter, {"first": 0, "third": 2}):
        delivered = batch.delivered(range(len(batch.rows)))
        for row, cells, whole in zip(batch.rows, batch.cells.iter_rows(), delivered, strict=True):
            assert cells == tuple(whole[i] if i < len(whole) else "" for i in (0, 2))
            found[row] = whole
    assert sorted(found) == list(range(1, len(found) + 1))
    return [found[row] or [""] for row in sorted(found)]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("csv") / "a.csv"


@settings(max_examples=500, deadline=None)
@given(text=WILD | WRAPPED, delimiter=st.sampled_from(",;\t"), block=st.sampled_from([16, 1000]))
@example(text='"a",""\r\n', delimiter=",", block=1000)
@example(text='"a","\n",b\n', delimiter=",", block=1000)
@example(text='a\n\n\n"b\n\n', delimiter=",", block=4)
@example(text='="1",2\n', delimiter=",", block=1000)
@example(text="a\rb\rc", delimiter=",", block=1000)
def test_records_are_those_of_the_csv_module(path, text, delimiter, block):
    text = text.removeprefix("\ufeff")
    assert by_us(path, text, delimiter, block) == by_csv(text, delimiter)


@pytest.mark.parametrize(
    "text", ['"a","","c"\n"d","e","f"\n', "a,b,c\nd,e\n\nf,g,h,i\n", "a\nb,c,d,e\n\n", '="1",b"c,d\n']
)
def test_ordinary_text_never_needs_the_csv_module(path, monkeypatch, text):
    monkeypatch.setattr(records, "_records", None)
    assert by_us(path, text, block=1000) == by_csv(text)


def test_a_quote_that_is_never_closed_takes_the_rest_into_its_cell_across_blocks(path):
    text = 'a,"b\n' + "c,d\n" * 50
    assert by_us(path, text) == by_csv(text)


@pytest.mark.parametrize(
    "text, said", [('a,b\n"c,d\ne,f\ng\nh,i\n', ["row 2: 2 lines"]), ('a,b\n"c\nd",e\n"f, g",h\n', [])]
)
def test_lines_that_an_open_quote_took_in_are_noted(text, said):
    notes: list[str] = []
    list(records.batches([text.encode()], ",", {"x": 0, "y": 1}, notes))
    assert [note.split(" within")[0] for note in notes] == said


def test_a_cell_longer_than_any_is_refused(path, monkeypatch):
    limit = csv.field_size_limit(100)
    try:
        with pytest.raises(Rejected, match="not closed"):
            by_us(path, 'a,"b\n' + "c,d\n" * 50)
    finally:
        csv.field_size_limit(limit)
