"""Where extracts are handed over: a folder, or a folder of an SFTP server. Both do the same three things.

Nothing that stands there is ever changed or deleted: a bureau may have begun to fill it in.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pipelines.files import sync, sync_alone
from pipelines.settings import FanpinError

#: Seconds to reach a server, to log in, and between signs of life.
PATIENCE = 30


class Place(Protocol):
    """A destination, open."""

    def names(self, county: str) -> list[str]:
        """What stands in the county's folder; nothing where there is none yet."""

    def read(self, county: str, folder: str, name: str) -> bytes | None:
        """A file of a folder; None where it isn't there."""

    def put(self, county: str, folder: str, files: dict[str, bytes]) -> None:
        """Make the folder with these files: whole or not at all."""


@contextmanager
def opened(destination: str) -> Iterator[Place]:
    """The place that a destination names. Raises FanpinError where it can't be reached or used."""
    if "://" not in destination:
        folder = Path(destination)
        if not folder.is_dir():
            raise FanpinError("the folder is not there: mount it or make it, then deliver again.")
        try:
            yield _Folder(folder)
        except OSError as error:
            raise FanpinError(f"writing failed ({type(error).__name__}): look at its rights and free space.") from None
        return
    with _sftp(destination) as place:
        yield place


def checked(destination: str) -> str:
    """The destination as it came. Raises ValueError, saying what was expected, where it names no place."""
    if "://" not in destination:
        if not Path(destination).is_absolute():
            raise ValueError("a folder's path from the root, or sftp://user@host:port/path")
        return destination
    try:
        parts = urlsplit(destination)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("sftp://user@host:port/path, with a number for the port") from None
    if parts.password is not None:
        raise ValueError("no password: the key in the file of FANPIN_SSH_KEY_FILE logs in")
    if parts.scheme != "sftp" or not (parts.username and parts.hostname and parts.path and port_is_right):
        raise ValueError("sftp://user@host:port/path, or a folder's path from the root")
    return destination


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self, county: str) -> list[str]:
        folder = self._root / county
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def read(self, county: str, folder: str, name: str) -> bytes | None:
        path = self._root / county / folder / name
        return path.read_bytes() if path.is_file() else None

    def put(self, county: str, folder: str, files: dict[str, bytes]) -> None:
        part = self._root / county / f".{folder}.part"
        shutil.rmtree(part, ignore_errors=True)  # of a delivery that was killed
        part.mkdir(parents=True)
        for name, data in files.items():
            (part / name).write_bytes(data)
        sync(part)
        os.rename(part, part.parent / folder)
        sync_alone(part.parent)


@contextmanager
def _sftp(destination: str) -> Iterator[Place]:
    import asyncssh

    parts = urlsplit(destination)
    key, known_hosts = _file("FANPIN_SSH_KEY_FILE"), _file("FANPIN_SSH_KNOWN_HOSTS")

    async def connect() -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        connection = await asyncssh.connect(
            parts.hostname or "",
            parts.port or 22,
            username=unquote(parts.username or ""),
            client_keys=[str(key)],
            known_hosts=str(known_hosts),
            # Nothing but what is said here: no other key, agent, password or file of settings.
            config=None,
            agent_path=None,
            preferred_auth="publickey",
            connect_timeout=PATIENCE,
            login_timeout=PATIENCE,
            keepalive_interval=PATIENCE,
        )
        return connection, await connection.start_sftp_client()

    try:
        with asyncio.Runner() as runner:
            connection, client = runner.run(connect())
            try:
                root = unquote(parts.path)
                if not runner.run(client.isdir(root)):
                    raise FanpinError("the server has no such folder: have it made, then deliver again.")
                yield _Sftp(runner, client, root)
            finally:
                connection.close()
                runner.run(connection.wait_closed())
    except asyncssh.HostKeyNotVerifiable:
        raise FanpinError(
            "the server's key is not in the file that FANPIN_SSH_KNOWN_HOSTS names, or is another one there: ask who "
            "runs the server for its key, and add it."
        ) from None
    except asyncssh.PermissionDenied:
        raise FanpinError(
            "the server refused the key in the file that FANPIN_SSH_KEY_FILE names: have its public half allowed there."
        ) from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise FanpinError(
            "the file that FANPIN_SSH_KEY_FILE names holds no private key without a password: name another."
        ) from None
    except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure, asyncssh.SFTPNoSpaceOnFilesystem) as error:
        raise FanpinError(
            f"the server refused to write ({type(error).__name__}): look at the rights of this user and the"
            " free space there."
        ) from None
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise FanpinError(
            f"the server can't be reached or broke off ({type(error).__name__}): deliver again when it answers."
        ) from None


def _file(variable: str) -> Path:
    path = Path(os.environ.get(variable, ""))
    if not os.environ.get(variable) or not path.is_file():
        raise FanpinError(f"SFTP needs {variable}: set it to the file, as ssh reads it.")
    return path


class _Sftp:
    def __init__(self, runner: asyncio.Runner, client: object, root: str) -> None:
        self._runner, self._client, self._root = runner, client, root

    def names(self, county: str) -> list[str]:
        async def names() -> list[str]:
            folder = f"{self._root}/{county}"
            if not await self._client.isdir(folder):
                return []
            return sorted(name for name in await self._client.listdir(folder) if name not in (".", ".."))

        return self._runner.run(names())

    def read(self, county: str, folder: str, name: str) -> bytes | None:
        async def read() -> bytes | None:
            path = f"{self._root}/{county}/{folder}/{name}"
            if not await self._client.isfile(path):
                return None
            async with self._client.open(path, "rb") as file:
                return await file.read()

        return self._runner.run(read())

    def put(self, county: str, folder: str, files: dict[str, bytes]) -> None:
        async def put() -> None:
            part = f"{self._root}/{county}/.{folder}.part"
            if await self._client.isdir(part):
                await self._client.rmtree(part)
            await self._client.makedirs(part, exist_ok=True)
            for name, data in files.items():
                async with self._client.open(f"{part}/{name}", "wb") as file:
                    await file.write(data)
            await self._client.rename(part, f"{self._root}/{county}/{folder}")

        self._runner.run(put())
