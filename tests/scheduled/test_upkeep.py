"""Backup, restore on trial, and what is cleared away."""

import os
import shutil
from datetime import date, timedelta

import pytest

from pipelines.main_job import run
from pipelines.scheduled.backup import back_up, backups, keep_newest, restore, try_restore, verify
from pipelines.scheduled.upkeep import clear_landing, clear_published, clear_scratch, keeps
from pipelines.settings import CHECKOUT, FanpinError, Settings
from pipelines.warehouse.day import reconcile
from pipelines.warehouse.kept import digest, kept_folder

SAMPLE = CHECKOUT / "data" / "sample" / "landing"
ONE, TWO = date(2025, 5, 26), date(2025, 5, 27)
FEEDS = ("registry", "posts", "employment", "insurance", "deaths")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    home = tmp_path_factory.mktemp("ran")
    for feed in FEEDS:
        shutil.copytree(SAMPLE / feed / ONE.isoformat(), home / "landing" / feed / ONE.isoformat())
    run(Settings(home, CHECKOUT / "data" / "reference", b"a key"), ONE, TWO, lambda _: None)
    return home


@pytest.fixture
def settings(ran, tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("FANPIN_BACKUPS", raising=False)
    home = shutil.copytree(ran, tmp_path / "home", symlinks=True)
    return Settings(home, CHECKOUT / "data" / "reference", b"a key")


def test_a_backup_is_read_back_and_concludes_the_same_when_restored(settings, tmp_path):
    made = back_up(settings, TWO)
    assert verify(settings, TWO) == made["files"] > 10
    assert "2025-05-27 concludes what it concluded here" in try_restore(settings, TWO)
    assert not (settings.home / "scratch" / "restored").exists()
    other = restore(settings, TWO, tmp_path / "other")
    assert reconcile(other, ONE)
    assert digest(other, kept_folder(other, ONE)) == digest(settings, kept_folder(settings, ONE))
    assert backups(settings).stat().st_mode & 0o077 == 0


def test_a_backup_that_a_disk_gives_back_otherwise_is_found(settings):
    back_up(settings, TWO)
    archive = backups(settings) / TWO.isoformat() / "home.tar"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(FanpinError, match="not what was written"):
        verify(settings, TWO)
    with pytest.raises(FanpinError, match="no whole backup"):
        verify(settings, ONE)


def test_a_restored_home_that_concludes_something_else_is_found(settings):
    back_up(settings, TWO)
    reconcile(settings, TWO)
    manifest = backups(settings) / TWO.isoformat() / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    content = digest(settings, kept_folder(settings, TWO))
    manifest.write_text(text.replace(content, "0" * 64), encoding="utf-8")
    with pytest.raises(FanpinError, match="concludes something else"):
        try_restore(settings, TWO)


def test_the_newest_backups_are_kept(settings):
    for day in (ONE, TWO, TWO + timedelta(days=1)):
        back_up(settings, day)
    assert keep_newest(settings, TWO + timedelta(days=1), 2) == 1
    assert sorted(path.name for path in backups(settings).iterdir()) == ["2025-05-27", "2025-05-28"]


def test_old_deliveries_go_but_stay_known_and_what_was_rejected_or_changed_stays(settings):
    later = TWO + timedelta(days=keeps("FANPIN_KEEP_LANDING") + 1)
    path = settings.landing / "insurance" / ONE.isoformat() / "data.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    before = digest(settings, kept_folder(settings, TWO))
    assert clear_landing(settings, TWO) == 0
    assert clear_landing(settings, later) > 5
    assert path.exists()
    left = {p.name for p in (settings.landing / "employment" / ONE.isoformat()).iterdir()}
    assert {"broken.xlsx", "zz坏文件.csv"} <= left and "part1.csv" not in left
    assert not (settings.landing / "registry" / ONE.isoformat()).exists()
    path.unlink()
    run(settings, TWO, TWO, lambda _: None)
    assert digest(settings, kept_folder(settings, TWO)) == before


def test_old_published_dates_go_but_never_the_newest(settings, monkeypatch):
    monkeypatch.setenv("FANPIN_KEEP_PUBLISHED", "10")
    assert clear_published(settings, TWO) == []
    assert clear_published(settings, TWO + timedelta(days=100)) == [ONE]
    assert [path.name for path in sorted(settings.published.glob("2*"))] == ["2025-05-27"]
    assert (settings.published / "latest" / "manifest.json").exists()
    assert not list((settings.published / ".versions").glob("2025-05-26*"))


def test_what_cut_off_runs_left_goes_after_two_days(settings):
    left = settings.home / "scratch" / "run-left"
    left.mkdir(parents=True)
    assert clear_scratch(settings) == 0
    os.utime(left, (0, 0))
    assert clear_scratch(settings) == 1
    assert not left.exists()


def test_a_retention_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv("FANPIN_KEEP_LANDING", "a year")
    with pytest.raises(FanpinError, match="FANPIN_KEEP_LANDING"):
        keeps("FANPIN_KEEP_LANDING")
