"""Staging one group: the deliveries of one feed and date become one file of rows, one of quarantine, one account."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.feeds import ORD_FILE, Feed, ord_of
from pipelines.landing.batch import Batch
from pipelines.landing.rejection import Rejected
from pipelines.landing.table import open_table
from pipelines.parquet import write_parquet
from pipelines.settings import FanpinError, Settings
from pipelines.staging import delivered
from pipelines.staging.accounts import FileAccount, Group, group_folder, write_group
from pipelines.staging.checks import check
from pipelines.staging.delivered import CELLS, DeliveredFile
from pipelines.staging.gather import Gatherer, quoted_name
from pipelines.staging.identities import Identities
from pipelines.staging.keyed import digest
from pipelines.staging.months import forget_month
from pipelines.staging.pseudonyms import Reader
from pipelines.staging.schema import QUARANTINE, staged_schema
from pipelines.staging.storage import content_digest, place, private_folder
from pipelines.staging.superseded import superseded

#: A file's number has so many places in `ord`.
MOST_FILES = 9_999


@dataclass(frozen=True)
class Landed:
    """A file in landing: where it is and what it holds."""

    path: Path
    sha256: str


@dataclass
class Stager:
    """What staging any group needs."""

    settings: Settings
    identities: Identities
    gatherer: Gatherer
    work: Path
    passwords: Sequence[tuple[str, str]]

    def stage(
        self,
        feed: Feed,
        delivered_on: date,
        landed: Mapping[str, Landed],
        old: Group | None,
        made_by: str,
        progress: Callable[[str], None],
    ) -> Group:
        """Stages a group anew and publishes it; `progress` is told of files that were replaced by others.

        Files whose bytes did not change keep their rows, and so do files that have gone from landing. All others,
        or with another `made_by` all that are in landing, are read.
        """
        old_names = delivered.read_names(self.settings, feed.name, delivered_on, old.names) if old else []
        known = {file.name: (file, account) for file, account in zip(old_names, old.files if old else (), strict=True)}
        again = old is None or old.made_by != made_by
        names = sorted({*landed, *known})
        if len(names) > MOST_FILES:
            raise FanpinError(
                f"{feed.name} {delivered_on} has more than {MOST_FILES} files: deliver fewer, larger ones."
            )
        parts = Parts(self.work, feed)
        reader = Reader(feed, delivered_on, self.identities, self.settings.key)
        moved: dict[int, int] = {}
        files: list[DeliveredFile] = []
        accounts: list[FileAccount] = []
        for number, name in enumerate(names, start=1):
            kept = known.get(name)
            if kept and (name not in landed or (not again and landed[name].sha256 == kept[1].sha256)):
                moved[kept[1].file] = number
                files.append(kept[0])
                accounts.append(replace(kept[1], file=number))
            else:
                header, account = self._read(reader, number, landed[name], parts)
                if kept and kept[1].sha256 != account.sha256:
                    progress(
                        f"{feed.name} {delivered_on} file {number} was replaced: {kept[1].read} rows before, "
                        f"{account.read} now"
                    )
                files.append(DeliveredFile(name, header))
                accounts.append(account)
        group = self._publish(feed, delivered_on, old, made_by, parts, moved, files, accounts)
        shutil.rmtree(parts.folder)
        return group

    def _read(self, reader: Reader, number: int, landed: Landed, parts: Parts) -> tuple[list[str], FileAccount]:
        """Reads one file into parts; its header and its account, in which nothing is superseded yet."""
        feed, delivered_on = reader.feed, reader.delivered_on
        account = FileAccount(feed.name, delivered_on, number, landed.sha256, "read")
        read = quarantined = 0
        mark = parts.mark()
        try:
            # Each password that doesn't fit costs a tenth of a second: the county's own comes first.
            likely = sorted(self.passwords, key=lambda pair: pair[0] not in landed.path.name)
            table = open_table(landed.path, feed, [word for _, word in likely])

            def stage(batch: Batch) -> tuple[int, int]:
                return self._stage(reader, number, batch, parts)

            for rows, faulty in map(stage, table.batches):  # which holds no batch while the next is read
                read += rows
                quarantined += faulty
        except Rejected as rejection:
            parts.reset(mark)
            return [], replace(account, status="rejected", problem=str(rejection))
        except pl.exceptions.PolarsError as error:  # its text may quote cells
            raise FanpinError(
                f"{feed.name} {delivered_on}, file {number}: reading failed ({type(error).__name__}). This is a fault "
                "of the program: move the file out of landing to go on without it, and report it."
            ) from None
        notes = [*table.header.notes, *table.notes]
        return list(table.header.cells), replace(account, read=read, quarantined=quarantined, notes=notes)

    def _stage(self, reader: Reader, number: int, batch: Batch, parts: Parts) -> tuple[int, int]:
        """Stages some rows of a file into parts; how many there were, and how many of them are quarantined."""
        feed, delivered_on = reader.feed, reader.delivered_on
        checked = check(feed, batch.rows, reader.read(batch.cells))
        faulty = checked.reason.is_not_null()
        values = checked.values.with_columns((checked.rows + ord_of(delivered_on, number, 0)).alias("ord"))
        any_faulty = faulty.any()
        parts.add("rows", (values.filter(~faulty) if any_faulty else values).cast(staged_schema(feed)))
        if any_faulty:
            known = values.with_columns(
                pl.lit(feed.name).alias("feed"),
                pl.lit(delivered_on).alias("delivered_on"),
                pl.lit(number).alias("file"),
                checked.rows.alias("row"),
                checked.column.alias("column"),
                checked.reason.alias("reason"),
            ).filter(faulty)
            rows = known.select(
                (pl.col(name) if name in known.columns else pl.lit(None)).cast(kind).alias(name)
                for name, kind in QUARANTINE.items()
            )
            parts.add("quarantine", rows)
            cells = batch.delivered(checked.at.filter(faulty).to_list())
            parts.add("cells", rows.select("ord", "row", "file", cells=pl.Series(cells, dtype=CELLS["cells"])))
        return len(checked.rows), int(faulty.sum())

    def _publish(
        self,
        feed: Feed,
        delivered_on: date,
        old: Group | None,
        made_by: str,
        parts: Parts,
        moved: Mapping[int, int],
        files: list[DeliveredFile],
        accounts: list[FileAccount],
    ) -> Group:
        folder = group_folder(self.settings, feed.name, delivered_on)
        cells_folder = delivered.cells_folder(self.settings, feed.name, delivered_on)
        gatherer, base = self.gatherer, ord_of(delivered_on, 0, 0)

        def load(view: str, kind: str, schema: Mapping[str, pl.DataType], before: Path | None) -> None:
            if before and moved:
                parts.take(kind, lambda path: gatherer.carry(schema, before, moved, delivered_on, path))
            gatherer.load(view, parts.files(kind))

        load("faultless", "rows", staged_schema(feed), old and folder / old.rows)
        parts.add("superseded", superseded(feed, parts.files("rows")))
        gatherer.load("superseded", parts.files("superseded"))
        read, again = (gatherer.count(view, delivered_on) for view in ("faultless", "superseded"))
        accounts = [_settled(account, read.get(account.file, 0), again.get(account.file, 0)) for account in accounts]
        self.identities.save()  # before anything that carries a new pseudonym
        rows = _placed(folder, "rows", lambda path: gatherer.write_rows(feed, delivered_on, path, bool(moved)))

        def select(schema: Mapping[str, pl.DataType], view: str) -> str:
            file = f"((ord - {base}) // {ORD_FILE})::INTEGER AS file"
            columns = ", ".join(file if column == "file" else quoted_name(column) for column in schema)
            return f"SELECT {columns} FROM {view} ORDER BY ord"

        load("faulty", "quarantine", QUARANTINE, old and folder / old.quarantine)
        quarantine = _placed(folder, "quarantine", lambda path: gatherer.write(select(QUARANTINE, "faulty"), path))
        load("cells", "cells", CELLS, old and cells_folder / old.cells)
        private_folder(self.settings.identities)
        cells = place(
            cells_folder,
            lambda path: gatherer.write(select(CELLS, "cells"), path),
            lambda path: f"cells-{digest(self.settings.key, 'cells', content_digest(path).encode())}.parquet",
        )
        names = delivered.write_names(self.settings, feed.name, delivered_on, files)
        group = Group(feed.name, delivered_on, made_by, rows, quarantine, names, cells, tuple(accounts))
        forget_month(folder.parent, delivered_on)  # before: a run that is cut off here leaves nothing of it behind
        write_group(self.settings, group)
        names_folder = delivered.names_folder(self.settings, feed.name, delivered_on)
        for where, keep in (
            (folder, {rows, quarantine, "account.json"}),
            (cells_folder, {cells}),
            (names_folder, {names}),
        ):
            for path in where.iterdir():
                if path.name not in keep:
                    path.unlink()
        return group


class Parts:
    """What the files of a group were read into, batch by batch, on disk."""

    def __init__(self, work: Path, feed: Feed) -> None:
        self.folder = private_folder(work / "parts")
        self._files: dict[str, list[Path]] = {"rows": [], "quarantine": [], "cells": [], "superseded": []}
        # An empty part of each kind, so that there is something to read, and its types are known.
        for kind, schema in (("rows", staged_schema(feed)), ("quarantine", QUARANTINE), ("cells", CELLS)):
            self.add(kind, pl.DataFrame(schema=schema))

    def add(self, kind: str, rows: pl.DataFrame) -> None:
        # Read back soon, and whole.
        self.take(kind, lambda path: write_parquet(rows, path, compression="uncompressed", statistics=False))

    def take(self, kind: str, write: Callable[[Path], object]) -> None:
        """Takes up a part that `write` writes."""
        path = self.folder / f"{kind}-{len(self._files[kind])}.parquet"
        write(path)
        self._files[kind].append(path)

    def files(self, kind: str) -> list[Path]:
        return self._files[kind]

    def mark(self) -> dict[str, int]:
        """Where the parts end now, for `reset`."""
        return {kind: len(files) for kind, files in self._files.items()}

    def reset(self, mark: Mapping[str, int]) -> None:
        """Forgets the parts added since the mark."""
        for kind, count in mark.items():
            del self._files[kind][count:]


def _settled(account: FileAccount, rows: int, superseded: int) -> FileAccount:
    """The account once it is known how many of the file's faultless rows are superseded."""
    if rows != account.read - account.quarantined:
        raise FanpinError(
            f"{account.feed} {account.delivered_on}, file {account.file}: the account does not come out even. This is "
            "a fault of the program; nothing was published. Report it."
        )
    return replace(account, superseded=superseded, accepted=rows - superseded)


def _placed(folder: Path, kind: str, write: Callable[[Path], None]) -> str:
    return place(folder, write, lambda path: f"{kind}-{content_digest(path)[:16]}.parquet")
