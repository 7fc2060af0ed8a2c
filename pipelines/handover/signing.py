"""The signature of what is handed over: a manifest of the files, and its Ed25519 signature beside it.

Both are as `openssl pkeyutl -verify -rawin` reads them, so that a bureau without this program can check them, too.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pipelines.settings import FanpinError

MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"


def signing_key() -> Ed25519PrivateKey:
    """The key in the file that `FANPIN_SIGNING_KEY_FILE` names. Raises FanpinError where there is none."""
    path = _key_file()
    try:
        key = pem.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        raise FanpinError(
            "the file that FANPIN_SIGNING_KEY_FILE names is not there: `fanpin signing-key` makes it."
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise FanpinError(
            f"the file that FANPIN_SIGNING_KEY_FILE names holds no private key in PEM without a password "
            f"({type(error).__name__}): name another, or let `fanpin signing-key` make one."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise FanpinError("the file that FANPIN_SIGNING_KEY_FILE names holds another kind of key: Ed25519 is needed.")
    return key


def public_key_text() -> str:
    """The public key in PEM. Makes the private one, readable by this user alone, where its file is not there yet."""
    path = _key_file()
    if not path.exists():
        text = Ed25519PrivateKey.generate().private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise FanpinError(
                f"the file that FANPIN_SIGNING_KEY_FILE names can't be made ({type(error).__name__}): "
                "name one in a folder that this user may write."
            ) from None
        with open(handle, "wb") as file:
            file.write(text)
    public = signing_key().public_key()
    return public.public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def signed(key: Ed25519PrivateKey, files: dict[str, bytes], **says: str) -> dict[str, bytes]:
    """The files by name with their manifest and its signature. The same files and words make the same bytes."""
    listed = {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()}
    text = json.dumps(says | {"files": listed}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    manifest = text.encode("utf-8")
    return files | {MANIFEST: manifest, SIGNATURE: key.sign(manifest)}


def verify(folder: Path, public_key: Path) -> tuple[list[str], list[str]]:
    """Check a folder that was handed over: what it is, and what is wrong with it, a line each; nothing wrong: [].

    Raises FanpinError where the folder or the public key can't be read.
    """
    key = _public_key(public_key)
    if not folder.is_dir():
        raise FanpinError("there is no such folder: name the one that holds manifest.json.")
    for name in (MANIFEST, SIGNATURE):
        if not (folder / name).is_file():
            return [], [f"{name} is missing: nothing in this folder can be checked."]
    manifest = (folder / MANIFEST).read_bytes()
    try:
        key.verify((folder / SIGNATURE).read_bytes(), manifest)
    except InvalidSignature:
        return [], [
            f"{MANIFEST} does not fit its signature: it was signed with another key than this one, or was changed "
            "since. Trust nothing in this folder."
        ]
    told = json.loads(manifest)
    faults = []
    for name, entry in told["files"].items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            faults.append(f"{name} is missing.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            faults.append(f"{name} was changed since it was signed.")
    known = {MANIFEST, SIGNATURE, *told["files"]}
    faults += [
        f"{name} is extra: it was not signed." for name in sorted(p.name for p in folder.iterdir()) if name not in known
    ]
    return [f"signed for county {told['county_code']}, {told['date']}; files: {len(told['files'])}"], faults


def _key_file() -> Path:
    name = os.environ.get("FANPIN_SIGNING_KEY_FILE", "")
    if not name:
        raise FanpinError("no signing key: set FANPIN_SIGNING_KEY_FILE to its file; `fanpin signing-key` makes it.")
    return Path(name)


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = pem.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise FanpinError(
            f"the public key can't be read ({type(error).__name__}): name the file that `fanpin signing-key` printed."
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise FanpinError("the public key is of another kind: name the file that `fanpin signing-key` printed.")
    return key
