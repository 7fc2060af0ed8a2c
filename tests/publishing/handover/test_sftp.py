"""The same over SFTP, to OpenSSH's own server."""

from __future__ import annotations

import pytest
from worlds.opening import DAY

from pipelines.handover.deliver import deliver
from pipelines.handover.signing import verify

from .test_deliver import COUNTY, OTHER, outcomes, publish_anew, receipts


def test_counties_get_their_folders_once(handed, public_key, destine, server) -> None:
    destine((COUNTY, server.destination), (OTHER, server.destination))
    assert outcomes(handed) == ["delivered", "delivered"]
    for county in (COUNTY, OTHER):
        assert [path.name for path in (server.folder / county).iterdir()] == [str(DAY)]
        assert verify(server.folder / county / str(DAY), public_key)[1] == []
        assert (server.folder / county / str(DAY) / f"{county}.xlsx").read_bytes() == (
            handed.published / str(DAY) / "extracts" / f"{county}.xlsx"
        ).read_bytes()
    assert outcomes(handed) == ["already", "already"]
    publish_anew(handed)
    assert outcomes(handed) == ["delivered", "already"]
    assert verify(server.folder / COUNTY / f"{DAY}.2", public_key)[1] == []
    assert [receipt["folder"] for receipt in receipts(handed)] == [f"{COUNTY}/{DAY}", f"{COUNTY}/{DAY}.2"]


def test_what_a_killed_delivery_left_is_cleared(handed, public_key, destine, server) -> None:
    destine((COUNTY, server.destination))
    part = server.folder / COUNTY / f".{DAY}.part"
    part.mkdir(parents=True)
    (part / "leftover.xlsx").write_bytes(b"half")
    assert outcomes(handed) == ["delivered"]
    assert [path.name for path in (server.folder / COUNTY).iterdir()] == [str(DAY)]
    assert verify(server.folder / COUNTY / str(DAY), public_key)[1] == []


def fails(settings, says: str) -> None:
    said: list[str] = []
    assert [one.outcome for one in deliver(settings, DAY, said.append)] == ["failed"]
    assert any(says in line for line in said), said
    assert not settings.receipts.joinpath(COUNTY, f"{DAY}.jsonl").exists()


def test_a_server_that_is_not_known_gets_nothing(handed, public_key, destine, server, tmp_path, monkeypatch) -> None:
    destine((COUNTY, server.destination))
    (tmp_path / "known_hosts").write_text("", encoding="ascii")
    monkeypatch.setenv("FANPIN_SSH_KNOWN_HOSTS", str(tmp_path / "known_hosts"))
    fails(handed, "FANPIN_SSH_KNOWN_HOSTS")
    assert not any(server.folder.iterdir())


def test_a_server_under_another_key_gets_nothing(
    handed, public_key, destine, server, sshd, tmp_path, monkeypatch
) -> None:
    destine((COUNTY, server.destination))
    port, keys = sshd
    stranger = " ".join((keys / "stranger.pub").read_text(encoding="ascii").split()[:2])
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {stranger}\n", encoding="ascii")
    monkeypatch.setenv("FANPIN_SSH_KNOWN_HOSTS", str(tmp_path / "known_hosts"))
    fails(handed, "FANPIN_SSH_KNOWN_HOSTS")
    assert not any(server.folder.iterdir())


def test_a_key_that_the_server_does_not_know(handed, public_key, destine, server, sshd, monkeypatch) -> None:
    destine((COUNTY, server.destination))
    monkeypatch.setenv("FANPIN_SSH_KEY_FILE", str(sshd[1] / "stranger"))
    fails(handed, "FANPIN_SSH_KEY_FILE")


@pytest.mark.parametrize("variable", ["FANPIN_SSH_KEY_FILE", "FANPIN_SSH_KNOWN_HOSTS"])
def test_both_files_are_asked_for(handed, public_key, destine, server, monkeypatch, variable) -> None:
    destine((COUNTY, server.destination))
    monkeypatch.delenv(variable)
    fails(handed, variable)


def test_a_folder_that_the_server_has_not_is_not_made(handed, public_key, destine, server) -> None:
    destine((COUNTY, f"{server.destination}/none"))
    fails(handed, "no such folder")
    assert not any(server.folder.iterdir())


def test_a_server_that_does_not_answer(handed, public_key, destine, server) -> None:
    destine((COUNTY, server.destination.replace(f":{server.port}", ":1")))
    fails(handed, "can't be reached")
