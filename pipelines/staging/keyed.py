"""Keyed hashes: HMAC-SHA256, cut to a signed 64-bit integer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

_BLOCK = 64  # of SHA-256


def keyed(key: bytes, kind: str, texts: Iterable[str]) -> list[int]:
    """The keyed hashes of texts, each the first 8 bytes of HMAC-SHA256(key, kind, NUL, text) as a signed integer.

    The same text under another kind has another hash. The inner and outer states are made once: that is twice as fast
    as `hmac` for short texts.
    """
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    padded = key.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + kind.encode() + b"\0")
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
    hashes = []
    for text in texts:
        within, around = inner.copy(), outer.copy()
        within.update(text.encode("utf-8"))
        around.update(within.digest())
        hashes.append(int.from_bytes(around.digest()[:8], "big", signed=True))
    return hashes


def digest(key: bytes, kind: str, data: bytes) -> str:
    """A keyed digest of data as 32 hexadecimal characters: it says whether data is the same, and nothing else."""
    return hmac.digest(key, kind.encode() + b"\0" + data, "sha256").hex()[:32]
