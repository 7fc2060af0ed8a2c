"""The home held for writing, with its own error where another process holds it: that passes, so trying again helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pipelines.files import writing
from pipelines.settings import FanpinError, Settings


class Busy(FanpinError):
    """Another process is writing to the home."""


@contextmanager
def held_for_writing(settings: Settings) -> Iterator[None]:
    """Hold the home for writing; raises Busy while another process does."""
    with ExitStack() as stack:
        try:
            stack.enter_context(writing(settings.home))
        except FanpinError as error:
            raise Busy(str(error)) from None
        yield
