"""Writing so that a power cut or a full disk leaves the old state intact: temporary file, fsync, rename."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from pipelines.files import sync_alone
from pipelines.settings import FanpinError, TryAgain


def private_folder(path: Path) -> Path:
    """Makes a folder that only its owner can open."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_json(path: Path, value: object) -> None:
    """Writes a JSON file in place of the old one."""
    text = json.dumps(value, indent=1, sort_keys=True) + "\n"
    place(path.parent, lambda temporary: temporary.write_text(text, encoding="ascii"), lambda _: path.name)


def read_json(path: Path, default: object = None) -> object:
    """The value of a JSON file that `write_json` wrote, `default` where there is none. Raises FanpinError."""
    try:
        return json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise FanpinError(
            f"expected a readable {path.name} in {path.parent}, found none ({type(error).__name__}). "
            "Check its permissions, or put it back from a backup."
        ) from None


def place(folder: Path, write: Callable[[Path], object], name: Callable[[Path], str]) -> str:
    """Writes a file into a folder under the name that `name` gives the finished file, and returns that name.

    Raises TryAgain where the disk does not take it.
    """
    temporary = folder / f".{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(temporary)
        sync_alone(temporary)
        final = name(temporary)
        os.replace(temporary, folder / final)
        sync_alone(folder)
    except OSError as error:
        raise TryAgain(
            f"could not write in {folder} ({os.strerror(error.errno or 0)}). Nothing was changed: free space or set "
            "the permissions, and run again."
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
    return final


def content_digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
