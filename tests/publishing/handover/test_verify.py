"""`fanpin verify`: exit 0 for what was signed, 1 with a clear line for all else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.handover.signing import public_key_text, signed, signing_key


@pytest.fixture
def folder(public_key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as it was delivered. Whoever checks it has neither a home nor the key of the pseudonyms."""
    folder = tmp_path / "2025-06-04"
    folder.mkdir()
    files = {"340422.xlsx": b"a workbook", "340422.html": b"a page"}
    for name, data in signed(signing_key(), files, county_code="340422", date="2025-06-04").items():
        (folder / name).write_bytes(data)
    for name in ("FANPIN_HOME", "FANPIN_KEY", "FANPIN_KEY_FILE", "FANPIN_SIGNING_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return folder


def checked(capsys, folder: Path, key: Path) -> tuple[int, str]:
    try:
        main(["verify", str(folder), "--key", str(key)])
    except SystemExit as end:
        code = end.code or 0
    else:
        code = 0
    said = capsys.readouterr()
    return code, said.out + said.err


def test_what_was_signed_is_right(folder, public_key, capsys) -> None:
    code, said = checked(capsys, folder, public_key)
    assert code == 0
    assert "340422" in said and "2025-06-04" in said


def change(folder: Path) -> None:
    (folder / "340422.xlsx").write_bytes(b"a workbooc")


def lose(folder: Path) -> None:
    (folder / "340422.html").unlink()


def add(folder: Path) -> None:
    (folder / "340422 (1).xlsx").write_bytes(b"another workbook")


def change_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"2025-06-04", b"2025-06-05"))


def lose_signature(folder: Path) -> None:
    (folder / "manifest.json.sig").unlink()


def cut_signature(folder: Path) -> None:
    (folder / "manifest.json.sig").write_bytes(b"")


def lead_out(folder: Path) -> None:
    (folder / "340422.xlsx").rename(folder.parent / "elsewhere.xlsx")
    (folder / "340422.xlsx").symlink_to(folder.parent / "elsewhere.xlsx")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (change, "340422.xlsx was changed"),
        (lose, "340422.html is missing"),
        (add, "340422 (1).xlsx is extra"),
        (change_manifest, "does not fit its signature"),
        (lose_signature, "manifest.json.sig is missing"),
        (cut_signature, "does not fit its signature"),
        (lead_out, "340422.xlsx is missing"),
        (shutil.rmtree, "no such folder"),
    ],
)
def test_what_is_wrong_is_said(folder, public_key, capsys, spoil, says) -> None:
    spoil(folder)
    code, said = checked(capsys, folder, public_key)
    assert code == 1
    assert says in said


def test_another_key_does_not_fit(folder, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("FANPIN_SIGNING_KEY_FILE", str(tmp_path / "another.pem"))
    (tmp_path / "another.pub").write_text(public_key_text(), encoding="ascii")
    code, said = checked(capsys, folder, tmp_path / "another.pub")
    assert code == 1
    assert "another key" in said


def test_a_private_key_is_no_public_one(folder, tmp_path, capsys) -> None:
    code, said = checked(capsys, folder, tmp_path / "signing.pem")
    assert code == 1
    assert "public key" in said


def test_the_key_stays_the_same(public_key, capsys) -> None:
    main_output = public_key.read_text(encoding="ascii")
    try:
        main(["signing-key"])
    except SystemExit as end:
        assert not end.code
    assert capsys.readouterr().out == main_output


def test_openssl_checks_it_too(folder, public_key) -> None:
    """A bureau that has no fanpin can check the signature, and then the files by `sha256sum`."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl")
    asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(public_key), "-rawin"]
    asked += ["-in", "manifest.json", "-sigfile", "manifest.json.sig"]
    assert subprocess.run(asked, cwd=folder, capture_output=True, check=False).returncode == 0
    change_manifest(folder)
    assert subprocess.run(asked, cwd=folder, capture_output=True, check=False).returncode != 0
