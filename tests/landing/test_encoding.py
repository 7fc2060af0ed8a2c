"""CSV bytes become UTF-8 text, whatever the encoding and wherever a block ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing import encoding
from pipelines.landing.encoding import encoding_of, utf8_blocks
from pipelines.landing.rejection import Rejected

LINES = st.lists(st.text(alphabet="a,张龘〇·€𠀀é", max_size=8), min_size=1, max_size=8).map(
    lambda x: "\r\n".join([*x, ""])
)


def read(path, piece=3):
    return b"".join(utf8_blocks(path, encoding_of(path), 1000, piece))


@settings(max_examples=100, deadline=None)
@given(text=LINES, name=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), piece=st.integers(3, 9))
def test_text_comes_out_as_it_went_in(tmp_path_factory, text, name, piece):
    path = tmp_path_factory.mktemp("e") / "a.csv"
    path.write_bytes(text.encode(name))
    if encoding_of(path) == "gb18030" or name != "gb18030":  # some GB18030 bytes are UTF-8, too
        assert read(path, piece).decode() == text


def test_blocks_end_with_line_ends_and_split_none(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"aaaa\r\nbbbb\r\ncccc")
    blocks = list(utf8_blocks(path, "utf-8", 5, 3))
    assert b"".join(blocks) == b"aaaa\r\nbbbb\r\ncccc"
    assert all(block.endswith(b"\r\n") for block in blocks[:-1])


@pytest.mark.parametrize("longest", [8, 9])
def test_a_line_longer_than_any_is_refused(tmp_path, monkeypatch, longest):
    monkeypatch.setattr(encoding, "LONGEST_LINE", longest)
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n" + b"b" * 9 + b"\nc")
    if longest == 9:
        assert list(utf8_blocks(path, "utf-8", 1, 1)) == [b"a\n", b"b" * 9 + b"\n", b"c"]
    else:
        with pytest.raises(Rejected, match="without a line end"):
            list(utf8_blocks(path, "utf-8", 1, 1))


def test_a_character_that_moved_in_unicode_is_the_same_in_both_encodings(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xd5\xc5\xfe\x59")  # 张 and GB18030's FE59, U+9FB4 since 2005
    assert read(path).decode() == "张\u9fb4"


@pytest.mark.parametrize("data", [b"\xff\xfea\0b\0", b"\x81", b"a,b\n\xb0"])
def test_other_bytes_are_refused(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(Rejected, match="UTF-8 or GB18030"):
        read(path)


def test_the_line_of_a_wrong_byte_is_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("张三,1\n".encode("gb18030") * 5 + b"\xff\xff\n")
    with pytest.raises(Rejected, match="in line 6 "):
        read(path, 8)
