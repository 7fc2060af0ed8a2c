"""Documents that are made from declarations say what these say."""

from pipelines.dictionary import dictionary
from pipelines.settings import CHECKOUT


def test_the_data_dictionary_is_what_the_feeds_declare():
    written = (CHECKOUT / "docs" / "feeds.md").read_text(encoding="utf-8")
    assert written == dictionary(), "write it anew with `make docs`"
