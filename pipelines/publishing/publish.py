"""A published date: complete or absent, and written again only where what it says has changed."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.files import link, new_folder, stated_date
from pipelines.gates.quality import judge_day
from pipelines.publishing.analysts import let_go, make_tables
from pipelines.publishing.brief import Briefs
from pipelines.publishing.inputs import made_of
from pipelines.publishing.passwords import password, rounds
from pipelines.publishing.policy import derive_policy
from pipelines.publishing.quality_page import quality_page
from pipelines.publishing.workbook import Workbooks, counties, encrypt, prepare
from pipelines.reference import read_reference
from pipelines.settings import FanpinError, Settings
from pipelines.staging.identities import Identities
from pipelines.staging.storage import content_digest, place, read_json, write_json
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings, keep_episodes

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Item:
    """A file to publish: what its content is, however its bytes come out, and how to write it.

    `write` returns the number of rows of its tables or sheets.
    """

    name: str
    content_sha256: str
    write: Callable[[Path], dict[str, int]]


def publish(settings: Settings, day: date, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Publish what was concluded for `day`; `latest` follows the newest published date.

    Returns whether anything changed. What has the same content as before stays as it is, byte for byte; where it is
    made of the same as before, it is not even worked out again. Raises FanpinError where `day` was not run.
    """
    inputs = made_of(settings, day)
    changed = not _is_published(settings, day, inputs) and _publish(settings, day, progress)
    _remember(settings, day, inputs)
    _point_latest(settings)
    shutil.rmtree(_ahead(settings, day), ignore_errors=True)
    return changed


def _publish(settings: Settings, day: date, progress: Callable[[str], None]) -> bool:
    target, ahead = settings.published / day.isoformat(), _ahead(settings, day)
    before = _entries(target / MANIFEST)
    with Engine(settings.home / "scratch") as engine:
        progress(f"{day}: publishing")
        derive_warnings(engine, settings, day)
        keep_episodes(engine, settings, day)
        derive_policy(engine, settings, day)
        items = list(_items(engine, settings, day))
        kept = {i.name for i in items if _stands(target, before.get(i.name), i)}
        made = {i.name: e for i in items if i.name not in kept and _stands(ahead, e := _entry(ahead, i.name), i)}
        changed = (
            len(kept) < len(items)
            or before.keys() != {i.name for i in items}
            or not _manifest_stands(engine, target, day, before)
        )
        if changed:
            with new_folder(target) as folder:
                entries = {}
                for item in items:
                    path = folder / item.name
                    path.parent.mkdir(exist_ok=True)
                    if item.name in kept:
                        os.link((target / item.name).resolve(), path)
                        entries[item.name] = before[item.name]
                    elif item.name in made:
                        os.link(ahead / item.name, path)
                        entries[item.name] = made[item.name]
                    else:
                        entries[item.name] = _write(item, path)
                (folder / MANIFEST).write_text(_manifest(engine, day, entries), encoding="utf-8")
    return changed


def counties_to_write(settings: Settings, day: date) -> list[str]:
    """The counties whose workbook of `day` must be written, by code: what is published of it says something else.

    Raises FanpinError where `day` was not run.
    """
    if _is_published(settings, day, made_of(settings, day)):
        return []
    target = settings.published / day.isoformat()
    before = _entries(target / MANIFEST)
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        derive_policy(engine, settings, day)
        items = _extracts(engine, settings, day)
        return [county for county, item in items.items() if not _stands(target, before.get(item.name), item)]


def write_ahead(settings: Settings, day: date, county_codes: Collection[str]) -> None:
    """Write workbooks of `day` ahead of `publish`, which takes up those that still say what is to be published.

    Several processes may do so at once, for different counties. Nothing of it is seen before `publish`.
    """
    ahead = _ahead(settings, day)
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        derive_policy(engine, settings, day)
        for item in _extracts(engine, settings, day, county_codes).values():
            if not _stands(ahead, _entry(ahead, item.name), item):
                _write_ahead(item, ahead / item.name)


def published_dates(settings: Settings) -> list[date]:
    """The dates that are published, in order."""
    if not settings.published.is_dir():
        return []
    days = (stated_date(path.name) for path in settings.published.iterdir())
    return sorted(day for day in days if day)


def extract_counties(settings: Settings) -> set[str]:
    """The counties whose workbooks may come back: those of the table of counties, and those ever published."""
    known = set(read_reference(settings.reference).tables["counties"]["county_code"])
    return known | {path.stem for path in settings.published.glob("*/extracts/*.xlsx")}


def _is_published(settings: Settings, day: date, inputs: str) -> bool:
    """Whether what is published of `day` was made of these inputs, and is whole."""
    target = settings.published / day.isoformat()
    entries = _entries(target / MANIFEST)
    return (
        bool(entries)
        and _remembered(_record(settings, day)) == {"inputs": inputs, "manifest": content_digest(target / MANIFEST)}
        and all(_is_whole(target / name, entry) for name, entry in entries.items())
    )


def _remember(settings: Settings, day: date, inputs: str) -> None:
    """Keep what the published `day` is made of, apart from it: where only that has changed, what is published stays."""
    record = _record(settings, day)
    value = {"inputs": inputs, "manifest": content_digest(settings.published / day.isoformat() / MANIFEST)}
    if _remembered(record) != value:
        write_json(record, value)
    for other in record.parent.glob("*.json"):
        if not (settings.published / other.stem).exists():
            other.unlink()


def _remembered(record: Path) -> object:
    try:
        return read_json(record)
    except FanpinError:  # then the date is worked out again
        return None


def _record(settings: Settings, day: date) -> Path:
    return settings.home / "publishing" / f"{day}.json"


def _items(engine: Engine, settings: Settings, day: date) -> Iterator[Item]:
    database = engine.folder / "fanpin.duckdb"
    tables = make_tables(engine, database, lambda: judge_day(engine, settings, day))
    content = hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()
    rows = {name: int(digest.split(" ", 1)[0]) for name, digest in tables.items()}
    yield Item("fanpin.duckdb", content, _database(engine, database, rows))

    yield _page("quality.html", quality_page(engine, day))
    extracts = _extracts(engine, settings, day)
    briefs = Briefs(engine, settings, day)
    yield _page("brief.html", briefs.province())
    for county in extracts:
        yield _page(f"briefs/{county}.html", briefs.county(county))
    yield from extracts.values()


def _extracts(engine: Engine, settings: Settings, day: date, only: Collection[str] | None = None) -> dict[str, Item]:
    """The workbook of each county, or of these only, by its code."""
    extracts = prepare(engine, settings, day, Identities(settings))
    items = {}
    for county in counties(engine):
        if only is not None and county not in only:
            continue
        word = password(settings, county)
        # Another password makes another file, though what it says is the same. The digest is keyed: what a workbook
        # says must not be found out by trying.
        content = hmac.digest(settings.key, f"{word}|{extracts.digest(county)}".encode(), hashlib.sha256).hex()
        write = _extract(extracts, county, word, rounds(settings, word, county))
        items[county] = Item(f"extracts/{county}.xlsx", content, write)
    return items


def _database(engine: Engine, made: Path, rows: dict[str, int]) -> Callable[[Path], dict[str, int]]:
    def write(path: Path) -> dict[str, int]:
        let_go(engine)
        shutil.move(made, path)
        return rows

    return write


def _page(name: str, html: str) -> Item:
    page = html.encode("utf-8")

    def write(path: Path) -> dict[str, int]:
        path.write_bytes(page)
        return {}

    return Item(name, hashlib.sha256(page).hexdigest(), write)


def _extract(extracts: Workbooks, county: str, word: str, rounds: int) -> Callable[[Path], dict[str, int]]:
    def write(path: Path) -> dict[str, int]:
        plain, rows = extracts.workbook(county)
        path.write_bytes(encrypt(plain, word, rounds))
        return rows

    return write


def _write(item: Item, path: Path) -> dict:
    """Write a file; its entry in the manifest."""
    rows = item.write(path)
    return {"sha256": content_digest(path), "content_sha256": item.content_sha256, "rows": rows}


def _write_ahead(item: Item, path: Path) -> None:
    entries = {}

    def write(temporary: Path) -> None:
        entries[item.name] = _write(item, temporary)

    place(path.parent, write, lambda _: path.name)
    write_json(_beside(path), {"files": entries})


def _ahead(settings: Settings, day: date) -> Path:
    """Where files of a date lie that were written ahead, each with its entry of the manifest beside it."""
    return settings.published / ".ahead" / day.isoformat()


def _entry(ahead: Path, name: str) -> dict | None:
    return _entries(_beside(ahead / name)).get(name)


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _stands(target: Path, entry: dict | None, item: Item) -> bool:
    return entry is not None and entry["content_sha256"] == item.content_sha256 and _is_whole(target / item.name, entry)


def _is_whole(path: Path, entry: dict) -> bool:
    return path.is_file() and content_digest(path) == entry["sha256"]


def _manifest_stands(engine: Engine, target: Path, day: date, entries: dict[str, dict]) -> bool:
    try:
        return (target / MANIFEST).read_text(encoding="utf-8") == _manifest(engine, day, entries)
    except OSError:
        return False


def _entries(manifest: Path) -> dict[str, dict]:
    try:
        return json.loads(manifest.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return {}


def _manifest(engine: Engine, day: date, entries: dict[str, dict]) -> str:
    """Every file with its digests and row counts, the parameters in force, and the deliveries that were read."""
    parameters = engine.rows(
        "manifest",
        """SELECT parameter, county_code, CAST(value AS VARCHAR) FROM reference_parameters CROSS JOIN run
        WHERE valid_from <= run_date AND (valid_to IS NULL OR run_date <= valid_to) ORDER BY ALL""",
    )
    columns = ("feed", "delivered_on", "file", "sha256", "status", "read", "accepted", "quarantined", "superseded")
    deliveries = engine.rows(
        "manifest", f"SELECT {', '.join(columns)} FROM deliveries ORDER BY feed, delivered_on, file"
    )
    return (
        json.dumps(
            {
                "date": day,
                "files": entries,
                "parameters": [
                    dict(zip(("parameter", "county_code", "value"), row, strict=True)) for row in parameters
                ],
                "deliveries": [dict(zip(columns, row, strict=True)) for row in deliveries],
            },
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
            default=str,
        )
        + "\n"
    )


def _point_latest(settings: Settings) -> None:
    newest = settings.published / published_dates(settings)[-1].isoformat()
    latest = settings.published / "latest"
    if not latest.is_symlink() or latest.readlink() != Path(newest.name):
        link(latest, newest)
