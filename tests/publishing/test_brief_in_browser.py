"""The pages as people open them, in a real Chromium: on a desk, on a phone, on paper, without a network."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import pytest
from worlds.opening import folder

from .browser import CHROMIUM, Browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: make system")

PHONE = 390


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("chromium")) as one:
        yield one


@pytest.fixture(params=["brief.html", "briefs/341522.html", "briefs/340102.html"])
def page(request: pytest.FixtureRequest, published):
    return folder(published) / request.param


def colours(png: bytes) -> int:
    """How many different bytes the picture has: few where it is blank."""
    data, at = b"", 8
    while at < len(png):
        [size] = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    return len(set(zlib.decompress(data)))


@pytest.mark.parametrize("width", [PHONE, 1100])
def test_a_page_shows_without_a_word_of_complaint_or_a_request(browser, page, width) -> None:
    browser.open(page, width)
    assert colours(browser.picture()) > 20
    assert browser.asked_for() == [page.resolve().as_uri()]
    assert browser.complaints() == []


def test_a_page_fits_a_phone(browser, page) -> None:
    browser.open(page, PHONE)
    assert browser.ask("document.documentElement.scrollWidth") == PHONE
    cut = "[...document.querySelectorAll('.card')].filter(card => card.scrollWidth > card.clientWidth).length"
    assert browser.ask(cut) == 0


def test_a_page_prints(browser, page) -> None:
    browser.open(page, 1100)
    pdf = browser.pdf()
    assert pdf.startswith(b"%PDF-") and len(pdf) > 20_000


def test_the_map_says_of_each_county_what_may_be_said(browser, published) -> None:
    browser.open(folder(published) / "brief.html", 1100)
    said = browser.ask("[...document.querySelectorAll('.map path title')].map(t => t.textContent).join('\\n')")
    assert "霍邱县：就业率" in said and "瑶海区：没有在册劳动力" in said


def test_a_page_that_asks_for_something_would_be_found(browser, tmp_path) -> None:
    (tmp_path / "page.html").write_text("<img src='other.png'><script>console.error('no')</script>")
    browser.open(tmp_path / "page.html", PHONE)
    assert len(browser.asked_for()) == 2 and browser.complaints()
