"""The home held by a task, with its own error where another process holds it: that passes, so trying again helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pipelines.files import reading, writing
from pipelines.settings import FanpinError, Settings


class Busy(FanpinError):
    """Another process holds the home."""


@contextmanager
def held(settings: Settings, writes: bool) -> Iterator[None]:
    """Hold the home for writing, or so that nobody else writes; raises Busy where that can't be had now."""
    with ExitStack() as stack:
        try:
            stack.enter_context((writing if writes else reading)(settings.home))
        except FanpinError as error:
            raise Busy(str(error)) from None
        yield
