"""What a run date keeps: a folder of Parquet files, `warehouse/<date>/`.

A table is `<table>.parquet`. Of the tables of `CARRIED` a day that was worked out from the one before it keeps that
file as it is, and beside it, in `<table>.changed.parquet`, the rows of the people who were worked out again since;
`changed.parquet` names those people. Only this module reads these files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.files import link_or_copy, stated_date
from pipelines.parquet import read_parquet
from pipelines.settings import Settings
from pipelines.warehouse.engine import Engine, quoted

#: The tables that a day keeps, their rows as they come: to put them in order cost twice what writing them does.
KEPT = (
    "states",
    "people",
    "post_holders",
    "insured",
    "owing",
    "registry_counties",
    "posts_counties",
    "counties_paid",
    "months_paid",
    "workforce",
    "freshness",
    "conflicts",
    "hits",
    "evidence",
    "unjudged",
    "obstacles",
    "judged",
    "feedback_latest",
    "deliveries",
    "held_scopes",
    "measures",
    "parameters",
    "reference_parameters",
    "reference_rules",
    "reference_basis",
    "reference_instruments",
    "reference_counties",
    "reference_townships",
)

#: Large, and of each person apart: what stands as it was is not written again.
CARRIED = ("states", "people", "post_holders")

#: What is concluded of a person of the registry; the rest is the row delivered, which `ord` names.
_OF_PEOPLE = "person, ord, age, is_student, is_willing, is_priority, is_dead, is_pensioner"


def run_dates(settings: Settings, until: date | None = None) -> list[date]:
    """The dates that were run, in order, up to `until` where it is given."""
    if not settings.warehouse.exists():
        return []
    days = (stated_date(path.name) for path in settings.warehouse.iterdir())
    return sorted(day for day in days if day and (until is None or day <= until))


def kept_folder(settings: Settings, day: date) -> Path:
    """Where a day keeps what it concluded."""
    return settings.warehouse / day.isoformat()


def kept(settings: Settings, day: date, table: str) -> Path:
    """The file in which a day keeps a table, not one of `CARRIED`."""
    return kept_folder(settings, day) / f"{table}.parquet"


def kept_select(settings: Settings, day: date, table: str) -> str:
    """A SELECT of the rows of a table that a day keeps."""
    return kept_rows(kept_folder(settings, day), table)


def kept_states(settings: Settings, day: date, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns, `person` among them, of the states that a day keeps, in the order of `person`."""
    folder = kept_folder(settings, day)
    first, *changed = (read_parquet(path, columns) for path in kept_files(folder, "states"))
    if changed:
        first = first.join(read_parquet(folder / "changed.parquet"), on="person", how="anti")
    return pl.concat([first, *changed]).sort("person")


def kept_rows(folder: Path, table: str) -> str:
    """A SELECT of the rows of a table that a folder keeps."""
    first, *changed = kept_files(folder, table)
    if not changed:
        return f"SELECT * FROM read_parquet({quoted([first])})"
    people = f"read_parquet({quoted([folder / 'changed.parquet'])})"
    return (
        f"SELECT t.* FROM read_parquet({quoted([first])}) t ANTI JOIN {people} c ON c.person = t.person "
        f"UNION ALL SELECT * FROM read_parquet({quoted(changed)})"
    )


def kept_files(folder: Path, table: str) -> list[Path]:
    """The files in which a folder keeps a table, or should."""
    files = [folder / f"{table}.parquet"]
    return [*files, folder / f"{table}.changed.parquet"] if table in CARRIED and _is_carried(folder) else files


def _is_carried(folder: Path) -> bool:
    # Known from any of the files: one that was lost must be missed, not passed over.
    return any(folder.glob("*changed.parquet"))


def all_kept_files(folder: Path) -> list[Path]:
    """Every file of tables that a folder keeps, or should."""
    files = [path for table in KEPT for path in kept_files(folder, table)]
    return [*files, folder / "changed.parquet"] if _is_carried(folder) else files


def changed_rows(earlier: Path, file: str, now: str) -> str:
    """A SELECT of the rows of a changed file for a day that carries on from what `earlier` keeps.

    They are those of `now`, a SELECT, which are of the people of the table `affected`, and others' from before.
    """
    if not _is_carried(earlier):
        return now
    before = f"read_parquet({quoted([earlier / file])})"
    return f"{now} UNION ALL SELECT t.* FROM {before} t ANTI JOIN affected a ON a.person = t.person"


def carry_on(folder: Path, earlier: Path, table: str) -> None:
    """Keep in `folder` the file of a table that `earlier` keeps."""
    name = f"{table}.parquet"
    link_or_copy(earlier / name, folder / name)


def digest(settings: Settings, folder: Path) -> str:
    """A digest of the rows of the tables that a folder keeps, whatever files they lie in."""
    total = hashlib.sha256()
    with Engine(settings.home / "scratch") as engine:
        for table in KEPT:
            row = f"hash({_OF_PEOPLE})" if table == "people" else "hash(t)"
            select = f"SELECT count(*), sum(CAST({row} AS HUGEINT)) FROM ({kept_rows(folder, table)}) t"
            total.update(f"{table} {engine.rows(table, select)}".encode())
    return total.hexdigest()
