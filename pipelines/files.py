"""Writing so that a reader finds the old or the new, never a half: temporary name, fsync, rename."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

from pipelines.settings import FanpinError, TryAgain

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: How long who is to write in a home waits for those who read it, in seconds: a table is exported in fewer.
PATIENCE = 60


def stated_date(folder: str) -> date | None:
    """The date that a folder's name states, or None where it states none: others put things beside ours."""
    if not _DATE.fullmatch(folder):
        return None
    try:
        return date.fromisoformat(folder)
    except ValueError:  # 2025-02-30
        return None


def write_private(path: Path, data: bytes) -> None:
    """Write a file that holds names or ID numbers: its owner alone may read it. Raises FanpinError."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # what was there before may have been open to others
                os.fchmod(file.fileno(), 0o600)
            file.write(data)
    except OSError as error:
        raise FanpinError(
            f"{path} can't be written ({os.strerror(error.errno or 0)}): name a file in a folder that exists, on a "
            "disk that is not full."
        ) from None


def append_line(path: Path, line: dict[str, object]) -> None:
    """Add a line of JSON to a file that is only ever added to, and make it lasting."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def unusable(error: OSError, landing: Path) -> str:
    """What to say of a file or folder that can't be used; of a delivered file its folder alone, for its name can hold
    somebody's.
    """
    where = "a file"
    if isinstance(error.filename, str):
        path = Path(error.filename)
        where = str(path.parent if landing in path.parents else path)
    return (
        f"{where} can't be read or written ({os.strerror(error.errno or 0)}): see that the disk is not full and that "
        "this user may read and write there, then run again. What was published before is still whole."
    )


def sync(path: Path) -> None:
    """Make a file or folder, and all that lies in it, lasting."""
    if path.is_dir() and not path.is_symlink():
        for child in path.iterdir():
            sync(child)
    sync_alone(path)


def sync_alone(path: Path) -> None:
    """Make a file lasting, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """An empty folder to fill; when the block ends well, `target` becomes a link to it in one step.

    The folders lie beside `target` under `.versions/`. When the block fails, `target` is as it was.
    """
    versions = target.parent / ".versions"
    versions.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(p.name.rsplit(".", 1)[1]) for p in versions.glob(f"{target.name}.*")), default=0)
    folder = versions / f"{target.name}.{number}"
    folder.mkdir()
    try:
        yield folder
        sync(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    link(target, folder)
    for old in versions.glob(f"{target.name}.*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def link_or_copy(path: Path, target: Path) -> None:
    """Give a file that is never written in again a second name."""
    try:
        os.link(path, target)
    except OSError:  # the disk has no links: a copy is as good
        shutil.copyfile(path, target)


def link(target: Path, folder: Path) -> None:
    """Make `target` a relative link to `folder`, in one step."""
    fresh = target.parent / f".{target.name}.link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(folder, target.parent), target_is_directory=True)
    os.replace(fresh, target)
    # Their names: what lies in other versions is lasting already.
    sync_alone(folder.parent)
    sync_alone(target.parent)


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Hold the home, or a folder of it, for writing; raises TryAgain while another process writes in it, or goes on
    reading it.
    """
    with _held(home, fcntl.LOCK_EX):
        yield


@contextmanager
def reading(home: Path) -> Iterator[None]:
    """Hold the home so that nobody writes; raises TryAgain while another process does. Others may read too."""
    with _held(home, fcntl.LOCK_SH):
        yield


@contextmanager
def _held(home: Path, how: int) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with open(home / ".writing", "a+") as lock:  # readable too: over NFS, to share a lock needs that
        until = time.monotonic() + PATIENCE
        while not _locked(lock, how):
            if not _locked(lock, fcntl.LOCK_SH) or time.monotonic() > until:  # somebody writes
                raise TryAgain("another run is using this home: wait until it has ended, then run again.")
            fcntl.flock(lock, fcntl.LOCK_UN)  # else two who wait would wait for each other
            time.sleep(0.1)
        yield


def _locked(lock: TextIO, how: int) -> bool:
    """Lock a file, if nobody is in the way."""
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
