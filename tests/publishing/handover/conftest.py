"""What was published, to be handed over: keys, destinations, and a real SFTP server."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.handover.signing import public_key_text
from pipelines.settings import Settings

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.fixture
def handed(published: Settings, tmp_path: Path) -> Settings:
    """A copy of what was published, to hand over and to spoil."""
    home = tmp_path / "home"
    shutil.copytree(published.published, home / "published", symlinks=True)
    return Settings(home, published.reference, published.key)


@pytest.fixture
def public_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the public key of a pair made for this test."""
    monkeypatch.setenv("FANPIN_SIGNING_KEY_FILE", str(tmp_path / "signing.pem"))
    path = tmp_path / "fanpin.pub"
    path.write_text(public_key_text(), encoding="ascii")
    return path


@pytest.fixture
def destine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Names the destinations: rows of a county's code and a destination."""

    def write(*rows: tuple[str, str]) -> None:
        path = tmp_path / "destinations.csv"
        lines = ["county_code,destination", *(f"{county},{destination}" for county, destination in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        monkeypatch.setenv("FANPIN_DESTINATIONS", str(path))

    return write


@dataclass(frozen=True)
class Server:
    """An SFTP server that lets one key in, the folder it is used with, and its log."""

    port: int
    folder: Path
    log: Path

    @property
    def destination(self) -> str:
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{quote(str(self.folder))}"


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port and the folder of keys of OpenSSH's own server, on loopback."""
    if not SSHD:
        pytest.skip("no sshd: `make system` installs it")
    folder = tmp_path_factory.mktemp("sshd")
    for name in ("host", "user", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    host = " ".join((folder / "host.pub").read_text(encoding="ascii").split()[:2])
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n", encoding="ascii")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
        "Subsystem sftp internal-sftp\n",
        encoding="ascii",
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "config")], stderr=log)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)
        yield port, folder
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def server(sshd: tuple[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server with a folder of this test's own; the key that it lets in, and its own, are known."""
    port, keys = sshd
    monkeypatch.setenv("FANPIN_SSH_KEY_FILE", str(keys / "user"))
    monkeypatch.setenv("FANPIN_SSH_KNOWN_HOSTS", str(keys / "known_hosts"))
    folder = tmp_path / "on the server"
    folder.mkdir()
    return Server(port, folder, keys / "log")
