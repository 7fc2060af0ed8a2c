"""A published date is whole, names nobody, and can be read while another one is written."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from worlds.opening import BEFORE, DAY, folder

from pipelines.feeds import FEEDS
from pipelines.gates.quality import results_path
from pipelines.publishing.analysts import marts
from pipelines.publishing.inputs import made_of
from pipelines.publishing.publish import counties_to_write, publish, write_ahead
from pipelines.settings import Settings
from pipelines.staging.accounts import groups, write_group
from pipelines.staging.identities import Identities
from pipelines.warehouse.day import MADE_BY


def cells_of(settings) -> set[str]:
    with duckdb.connect(str(folder(settings) / "fanpin.duckdb"), read_only=True) as database:
        tables = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = [row for table in tables for row in database.execute(f"SELECT * FROM {table}").fetchall()]
    return {str(cell) for row in rows for cell in row}


def test_a_published_date_holds_what_its_manifest_says(published) -> None:
    manifest = json.loads((folder(published) / "manifest.json").read_text(encoding="utf-8"))
    found = {str(p.relative_to(folder(published))) for p in folder(published).rglob("*") if p.is_file()}
    assert found - {"manifest.json"} == set(manifest["files"])
    assert {"fanpin.duckdb", "brief.html"} < found
    for name, entry in manifest["files"].items():
        assert hashlib.sha256((folder(published) / name).read_bytes()).hexdigest() == entry["sha256"]
    assert all({"feed", "delivered_on", "file", "sha256", "read"} <= row.keys() for row in manifest["deliveries"])
    assert (published.published / "latest").resolve() == folder(published).resolve()


def test_every_published_table_and_column_says_what_it_is(published) -> None:
    with duckdb.connect(str(folder(published) / "fanpin.duckdb"), read_only=True) as database:
        tables = dict(database.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        bare = database.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL").fetchall()
    assert tables.keys() == {mart.name for mart in marts()}
    assert all(tables.values())
    assert not [row for row in bare if row[0] in tables]


def test_nobody_can_be_told_from_what_is_published_in_the_open(published) -> None:
    identities = Identities(published)
    numbers = set(identities.texts("id")["text"])
    names = {name for name in identities.texts("text")["text"] if len(name) >= 2}
    cells = cells_of(published)
    text = "\n".join(cells)
    for path in (folder(published) / "manifest.json", *folder(published).rglob("*.html")):
        text += path.read_text(encoding="utf-8")
    assert not numbers & set(re.findall(r"\d{17}[\dX]", text))
    assert not cells & names
    assert numbers and names


def test_the_analysts_file_stays_open_while_the_date_is_published_again(copied) -> None:
    path = folder(copied) / "fanpin.duckdb"
    query = (
        "import duckdb, sys\n"
        "database = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(database.execute('SELECT count(*) FROM warnings').fetchone()[0], flush=True)\n"
        "sys.stdin.readline()\n"
        "print(database.execute('SELECT count(*) FROM evidence').fetchone()[0])\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", query, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert int(reader.stdout.readline()) > 0
    inode = path.stat().st_ino
    path.resolve().unlink()
    assert publish(copied, DAY)
    assert path.stat().st_ino != inode
    rest, _ = reader.communicate("\n", timeout=60)
    assert reader.returncode == 0
    assert int(rest) > 0


def test_a_file_that_was_spoilt_is_written_again(copied) -> None:
    brief = folder(copied) / "brief.html"
    whole = brief.read_bytes()
    brief.resolve().write_bytes(whole[:100])
    assert publish(copied, DAY)
    assert brief.read_bytes() == whole
    assert not publish(copied, DAY)


def test_pseudonyms_are_the_same_in_every_table(published) -> None:
    with duckdb.connect(str(folder(published) / "fanpin.duckdb"), read_only=True) as database:
        [(all_of_them, known)] = database.execute(
            "SELECT count(*), count(p.person) FROM warnings w JOIN rules r ON r.rule = w.rule "
            "LEFT JOIN persons p ON p.person = w.person WHERE r.family = 'Employment' AND w.person IS NOT NULL"
        ).fetchall()
    assert all_of_them == known > 0


def removed(settings) -> list[str]:
    """Take the counties' workbooks of the date away; their counties."""
    workbooks = sorted((folder(settings) / "extracts").iterdir())
    for path in workbooks:
        path.resolve().unlink()
    return [path.stem for path in workbooks]


def test_workbooks_written_ahead_are_seen_with_the_date_only(copied) -> None:
    assert counties_to_write(copied, DAY) == []
    one, *others = removed(copied)
    assert counties_to_write(copied, DAY) == [one, *others]
    write_ahead(copied, DAY, [one])
    write_ahead(copied, DAY, others)
    assert not list((folder(copied) / "extracts").iterdir())
    ahead = copied.published / ".ahead" / str(DAY) / "extracts"
    inodes = {path.stem: path.stat().st_ino for path in ahead.glob("*.xlsx")}
    write_ahead(copied, DAY, [one, *others])  # again: what stands is left alone
    assert publish(copied, DAY)
    assert {p.stem: p.stat().st_ino for p in (folder(copied) / "extracts").iterdir()} == inodes
    assert not ahead.exists()
    test_a_published_date_holds_what_its_manifest_says(copied)
    assert not publish(copied, DAY)


def test_a_workbook_written_ahead_that_is_spoilt_or_old_is_not_published(copied) -> None:
    spoilt, old = removed(copied)[:2]
    write_ahead(copied, DAY, [spoilt, old])
    ahead = copied.published / ".ahead" / str(DAY) / "extracts"
    (ahead / f"{spoilt}.xlsx").write_bytes(b"cut off")
    entry = json.loads((ahead / f"{old}.json").read_text())
    entry["files"][f"extracts/{old}.xlsx"]["content_sha256"] = "what it said before"
    (ahead / f"{old}.json").write_text(json.dumps(entry))
    inode = (ahead / f"{old}.xlsx").stat().st_ino
    assert publish(copied, DAY)
    assert (folder(copied) / "extracts" / f"{old}.xlsx").stat().st_ino != inode
    test_a_published_date_holds_what_its_manifest_says(copied)


class WorkedOut(Exception):
    pass


@pytest.fixture
def watched(copied, monkeypatch) -> Settings:
    """A published home with reference tables of its own, where it is an error to work the date out again."""
    reference = copied.home / "reference"
    shutil.copytree(copied.reference, reference)
    settings = replace(copied, reference=reference)
    publish(settings, DAY)

    def refuse(*_: object) -> None:
        raise WorkedOut

    monkeypatch.setattr("pipelines.publishing.publish.derive_warnings", refuse)
    return settings


def test_what_is_made_of_the_same_is_not_worked_out_again(watched) -> None:
    assert not publish(watched, DAY)
    assert counties_to_write(watched, DAY) == []


def _append(path: Path) -> None:
    path.resolve().write_bytes(path.read_bytes() + b"\n")


def _delivered_again(settings: Settings) -> None:
    group = max((g for feed in FEEDS for g in groups(settings, feed, DAY)), key=lambda g: g.delivered_on)
    write_group(settings, replace(group, cells="other cells"))


def _concluded_otherwise(settings: Settings) -> None:
    path = settings.warehouse / str(BEFORE) / MADE_BY
    path.write_text(json.dumps(json.loads(path.read_text()) | {"content": "another"}))


def _another_password(settings: Settings) -> None:
    path = settings.home / "passwords.csv"
    path.write_text("county_code,password\n340422,correct horse battery\n")
    os.environ["FANPIN_PASSWORDS"] = str(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda settings: _append(settings.reference / "counties.csv"),
        lambda settings: _append(settings.reference / "map.svg"),
        lambda settings: _append(settings.identities / "keys.json"),
        lambda settings: results_path(settings, DAY).unlink(),
        lambda settings: _append(folder(settings) / "brief.html"),
        lambda settings: _append(folder(settings) / "manifest.json"),
        lambda settings: (folder(settings) / "extracts" / "340422.xlsx").resolve().unlink(),
        lambda settings: (settings.home / "publishing" / f"{DAY}.json").write_text("{"),
        _delivered_again,
        _concluded_otherwise,
        _another_password,
    ],
)  # fmt: skip
def test_whatever_goes_into_what_is_published_has_it_worked_out_again(
    watched, monkeypatch, change: Callable[[Settings], None]
) -> None:
    monkeypatch.setenv("FANPIN_PASSWORDS", "")
    change(watched)
    with pytest.raises(WorkedOut):
        publish(watched, DAY)


def test_another_program_works_it_out_again(watched, monkeypatch, tmp_path) -> None:
    before = made_of(watched, DAY)
    shutil.copytree("sql", tmp_path / "sql")
    monkeypatch.setattr("pipelines.publishing.inputs.SQL", tmp_path / "sql")
    assert made_of(watched, DAY) == before
    _append(tmp_path / "sql" / "extracts" / "listed.sql")
    assert made_of(watched, DAY) != before


def test_later_days_change_nothing_of_what_a_date_is_made_of(watched) -> None:
    before = made_of(watched, BEFORE)
    _delivered_again(watched)
    assert made_of(watched, BEFORE) == before
