"""Backups of what can't be worked out again, verified and restored on trial.

A backup holds `identities/`, `staging/`, `gates/`, `schedule/` and `receipts/` of the home, and the reference tables:
with the key, every day can be worked out from them again. It leads back to people as the home does, and is as
private: mode 0700. The key is not in it. Keep it elsewhere; without it a backup is of no use.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.files import sync
from pipelines.settings import FanpinError, Settings, TryAgain
from pipelines.staging.storage import content_digest, private_folder
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.kept import digest, kept_folder, run_dates

PARTS = ("identities", "staging", "gates", "schedule", "receipts")
MANIFEST = "manifest.json"
ARCHIVE = "home.tar"


def backups(settings: Settings) -> Path:
    """Where backups lie: `FANPIN_BACKUPS`, better on another disk, else `backups/` in the home."""
    return Path(os.environ.get("FANPIN_BACKUPS") or settings.home / "backups").resolve()


def back_up(settings: Settings, day: date) -> dict[str, int]:
    """Make the backup of `day`, complete or absent, in place of an earlier one of that day; how many files and bytes.

    Only who holds the home for writing may.
    """
    target = private_folder(backups(settings)) / day.isoformat()
    making = target.parent / f".{target.name}.tmp"
    shutil.rmtree(making, ignore_errors=True)
    private_folder(making)
    try:
        files: dict[str, str] = {}
        with tarfile.open(making / ARCHIVE, "w") as archive:
            for name, path in _sources(settings):
                archive.add(path, arcname=name, recursive=False)
                files[name] = content_digest(path)
        days = run_dates(settings, day)
        manifest = {
            "day": day.isoformat(),
            "archive": content_digest(making / ARCHIVE),
            "files": files,
            "run_dates": [run_date.isoformat() for run_date in days],
            "content": digest(settings, kept_folder(settings, days[-1])) if days else None,
        }
        (making / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        sync(making)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(making, target)
        sync(target.parent)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        raise TryAgain(
            f"the backup could not be written ({os.strerror(error.errno or 0)}): free space where backups lie, or set "
            "FANPIN_BACKUPS to a folder on another disk."
        ) from None
    return {"files": len(files), "bytes": (target / ARCHIVE).stat().st_size}


def verify(settings: Settings, day: date) -> int:
    """Read a backup through and hold every file in it against its digest; how many there are. Raises FanpinError."""
    manifest = _manifest(settings, day)
    archive = backups(settings) / day.isoformat() / ARCHIVE
    if not archive.is_file() or content_digest(archive) != manifest["archive"]:
        raise FanpinError(f"the backup of {day} is not what was written: make it again, and have the disk looked at.")
    found = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member)
            found[member.name] = hashlib.file_digest(content, "sha256").hexdigest() if content else ""
    if found != manifest["files"]:
        raise FanpinError(f"the backup of {day} lacks files or holds others: make it again.")
    return len(found)


def restore(settings: Settings, day: date, home: Path) -> Settings:
    """Lay a backup out as a home of its own, which must not exist yet; the installation with that home.

    Its run dates, which the manifest names, are then worked out again. Raises FanpinError.
    """
    if home.exists():
        raise FanpinError("a backup is restored to a folder that does not exist yet: name another.")
    verify(settings, day)
    private_folder(home)
    with tarfile.open(backups(settings) / day.isoformat() / ARCHIVE) as archive:
        archive.extractall(home, filter="data")
    return replace(settings, home=home, reference=home / "reference")


def try_restore(settings: Settings, day: date) -> str:
    """Restore a backup on trial, and work its newest run date out again: it must conclude what it concluded here.

    Returns what was found. Raises FanpinError where it concludes something else.
    """
    manifest = _manifest(settings, day)
    home = settings.home / "scratch" / "restored"
    shutil.rmtree(home, ignore_errors=True)
    try:
        restored = restore(settings, day, home)
        if not manifest["run_dates"]:
            return f"{len(manifest['files'])} files restored; no day was run yet"
        newest = date.fromisoformat(manifest["run_dates"][-1])
        reconcile(restored, newest)
        if digest(restored, kept_folder(restored, newest)) != manifest["content"]:
            raise FanpinError(
                f"from the backup of {day}, {newest} concludes something else than here. If the reference tables or "
                f"the program have changed since {newest} was run, run it again and make the backup again; else keep "
                "this backup and those before it, and find out why before anything is cleared away."
            )
        return f"{len(manifest['files'])} files restored; {newest} concludes what it concluded here"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def keep_newest(settings: Settings, day: date, keep: int) -> int:
    """Remove all backups dated up to `day` but the newest `keep`; how many were removed."""
    folder = backups(settings)
    dated = sorted(p for p in folder.glob("????-??-??") if p.name <= day.isoformat()) if folder.is_dir() else []
    for old in dated[: -keep or None]:
        shutil.rmtree(old)
    return max(0, len(dated) - keep)


def _sources(settings: Settings) -> list[tuple[str, Path]]:
    """Name in the archive → file, in a fixed order; what is being written is left out."""
    found = []
    for part in PARTS:
        folder = settings.home / part
        found += [(f"{part}/{path.relative_to(folder).as_posix()}", path) for path in sorted(folder.rglob("*"))]
    found += [(f"reference/{path.name}", path) for path in sorted(settings.reference.glob("*.csv"))]
    return [(name, path) for name, path in found if path.is_file() and not name.rsplit("/", 1)[-1].startswith(".")]


def _manifest(settings: Settings, day: date) -> dict:
    try:
        return json.loads((backups(settings) / day.isoformat() / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FanpinError(f"there is no whole backup of {day} ({type(error).__name__}): make one.") from None
