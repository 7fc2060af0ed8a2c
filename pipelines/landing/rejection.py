"""The one way in which a delivered file is refused."""

from __future__ import annotations


class Rejected(Exception):
    """A file that can't be read as a delivery of its feed; it counts no rows and the run goes on without it.

    The text says what was expected, what was found and what to do. It never quotes a cell.
    """
