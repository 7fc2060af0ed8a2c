"""Staging what is new or changed among the deliveries."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from pipelines.feeds import FEEDBACK, FEEDS, Feed
from pipelines.landing.deliveries import deliveries
from pipelines.settings import Settings
from pipelines.staging import delivered
from pipelines.staging.accounts import FileAccount, Group, files_of_groups, read_group
from pipelines.staging.gather import Gatherer
from pipelines.staging.group import Landed, Stager
from pipelines.staging.identities import Identities
from pipelines.staging.keyed import digest
from pipelines.staging.months import make_months
from pipelines.staging.storage import content_digest, private_folder, read_json, write_json

#: The reading code. Raise it when the same bytes should become other rows: everything in landing is then staged anew.
READER = 1


def stage(
    settings: Settings,
    until: date,
    progress: Callable[[str], None] = lambda _: None,
    passwords: Iterable[tuple[str, str]] = (),
) -> list[FileAccount]:
    """Stages what is new or changed among the deliveries dated up to `until`; the accounts of the groups staged now.

    A group, the deliveries of one feed and date, is staged anew as a whole; unchanged files in it are not read again.
    `passwords`, pairs of a county's code and its password, are tried on protected workbooks of feedback, first those of
    a county that the file's name names. Only one process may stage in a home at a time. Raises
    FanpinError.
    """
    identities = Identities(settings)
    passwords = list(passwords)
    work = settings.identities / ".work"
    if work.exists():  # left by a run that was cut off
        shutil.rmtree(work)
    stager: Stager | None = None
    seen = _Seen(settings)
    staged: list[FileAccount] = []
    try:
        for name, delivered_on, paths in deliveries(settings, until):
            feed = FEEDS[name]
            landed = {file: Landed(path, seen.sha256(path)) for file, path in paths.items()}
            old = read_group(settings, name, delivered_on)
            made_by = _made_by(settings, feed, passwords)
            if old and old.made_by == made_by and not _changed(settings, landed, old):
                continue
            if stager is None:
                private_folder(settings.identities)
                stager = Stager(settings, identities, Gatherer(private_folder(work)), work, passwords)
            progress(f"staging {name} {delivered_on}: {len(landed)} file{'s' if len(landed) > 1 else ''}")
            staged.extend(stager.stage(feed, delivered_on, landed, old, made_by, progress).files)
        if stager:
            _make_months(settings, until, stager.gatherer)
    finally:
        if stager:
            stager.gatherer.close()
        shutil.rmtree(work, ignore_errors=True)
    seen.save()
    return staged


def _make_months(settings: Settings, until: date, gatherer: Gatherer) -> None:
    for feed in FEEDS:
        for kind in ("rows", "quarantine"):
            files = files_of_groups(settings, feed, until, kind)
            make_months(settings.staging / feed, kind, files, until, gatherer.join)


def _made_by(settings: Settings, feed: Feed, passwords: list[tuple[str, str]]) -> str:
    """What a group is made by, beside its files: another value means that it is to be staged anew."""
    declaration = hashlib.sha256(repr(feed).encode()).hexdigest()[:16]
    made_by = f"reader {READER}, declaration {declaration}"
    if feed is FEEDBACK:
        made_by += f", passwords {digest(settings.key, 'passwords', repr(sorted(passwords)).encode())}"
    return made_by


def _changed(settings: Settings, landed: Mapping[str, Landed], old: Group) -> bool:
    """Whether a file in landing is not what the group was made from. Files that have gone change nothing."""
    names = delivered.read_names(settings, old.feed, old.delivered_on, old.names)
    known = {file.name: account.sha256 for file, account in zip(names, old.files, strict=True)}
    return any(known.get(name) != file.sha256 for name, file in landed.items())


class _Seen:
    """The digests of files seen in landing, so that a file is only read again when its size or time changed."""

    def __init__(self, settings: Settings) -> None:
        self._landing, self._path = settings.landing, settings.identities / "seen.json"
        self._old: dict[str, list] = read_json(self._path, {})
        self._new = dict(self._old)

    def sha256(self, path: Path) -> str:
        """The SHA-256 of a file's bytes in hexadecimal, "" if it can't be read."""
        name = str(path.relative_to(self._landing))
        try:
            found = path.stat()
            if self._new.get(name, [])[:2] != [found.st_size, found.st_mtime_ns]:
                self._new[name] = [found.st_size, found.st_mtime_ns, content_digest(path)]
            return self._new[name][2]
        except OSError:
            return ""

    def save(self) -> None:
        if self._new != self._old:
            private_folder(self._path.parent)
            write_json(self._path, self._new)
