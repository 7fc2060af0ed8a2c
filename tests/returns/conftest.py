"""The small county these tests spoil and mend."""

from worlds.county import county

__all__ = ["county"]
