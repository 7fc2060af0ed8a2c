"""For the national system: changed employment states in the columns of its forms, so that clerks need not type."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.publishing.frames import frame
from pipelines.publishing.sheets import Book, Column
from pipelines.reference import read_reference
from pipelines.settings import FanpinError, Settings
from pipelines.staging.identities import Identities
from pipelines.warehouse.day import set_up
from pipelines.warehouse.engine import Engine, steps
from pipelines.warehouse.history import ran
from pipelines.warehouse.kept import kept_select, kept_states, run_dates

#: Form → the file of sql/national/ that fills it.
FORMS = {"务工月监测": "monthly_work", "监测对象": "monitored_people"}

#: Columns that stand for people and employers by key until the forms are written: column → kind of key.
_KEYED = {"证件号码": "id", "务工企业名称": "text"}

#: Of so many people only their own rows are read; of more, all rows.
_FEW = 10_000


def national(
    settings: Settings, day: date, output: Path, since: date | None, say: Callable[[str], None] = lambda _: None
) -> list[Path]:
    """Write, into an empty or new folder, one workbook a form and county with the people whose state on `day` is
    another than on the run date before it (or the newest one up to `since`). Returns the files, readable by this user
    alone.

    Raises FanpinError where `day` was not run, or the folder holds something.
    """
    ran(settings, day)
    before = _compared(settings, day, since)
    say(f"compared with {before}" if before else "no earlier run date to compare with: everybody's state is new")
    _make_empty(output)
    changed = _changed(settings, day, before)
    identities = Identities(settings)
    written = []
    with Engine(settings.home / "scratch") as engine:
        few = changed["person"].to_list() if changed.height <= _FEW else None
        set_up(engine, settings, day, read_reference(settings.reference), few)
        for name, select in steps("truth", "identity", "state").items():
            engine.make(name, select)
        engine.load("states_concluded", changed)
        engine.define("obstacles", kept_select(settings, day, "obstacles"))
        for name, select in steps("national").items():
            engine.make(name, select)
        if unsaid := frame(engine, "unsaid").height:
            say(
                f"{unsaid} people who seem to have no work are left out: rows about their work are in quarantine, held "
                "or under another name, or a feed has stopped. Mend that, run the day again, and compare with --since."
            )
        for form, table in FORMS.items():
            rows = _said(frame(engine, table), identities)
            say(f"{form}: {rows.height} people")
            for (county,), part in rows.partition_by("county_code", as_dict=True, maintain_order=True).items():
                path = output / f"{county}-{form}.xlsx"
                _write(path, form, part.drop("county_code"))
                written.append(path)
    return written


def _compared(settings: Settings, day: date, since: date | None) -> date | None:
    earlier = [when for when in run_dates(settings, day) if when < day]
    if since is None:
        return earlier[-1] if earlier else None
    found = [when for when in earlier if when <= since]
    if not found:
        raise FanpinError(f"no day up to {since} was run before {day}: leave --since out, or name a later one.")
    return found[-1]


def _changed(settings: Settings, day: date, before: date | None) -> pl.DataFrame:
    """`person`, `state` on `day` of everybody whose state was another, or none, on `before`."""
    columns = ["person", "state"]
    now = kept_states(settings, day, columns)
    if before is None:
        return now
    then = kept_states(settings, before, columns)
    return now.join(then, on=columns, how="anti").sort("person")


def _said(rows: pl.DataFrame, identities: Identities) -> pl.DataFrame:
    """The rows with texts behind keys, every cell a text, in the order of village, household and ID number."""
    for column, kind in _KEYED.items():
        if column in rows.columns:
            known = identities.texts(kind, rows[column].drop_nulls().unique()).rename({"key": column})
            order = rows.columns
            rows = rows.join(known, on=column, how="left").drop(column).rename({"text": column}).select(order)
    if "年度交通费补助" in rows.columns:  # 300 and 300.5, not 300.0000
        amount = pl.col("年度交通费补助").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
        rows = rows.with_columns(amount)
    village = "村" if "村" in rows.columns else "行政村"
    return rows.with_columns(pl.all().cast(pl.String)).sort("county_code", village, "户编号", "证件号码")


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        holds = any(folder.iterdir())
    except OSError as error:
        raise FanpinError(f"the folder of --output can't be made ({type(error).__name__}): name another.") from None
    if holds:
        raise FanpinError("the folder of --output holds something: name a new one, so that nothing old is uploaded.")


def _write(path: Path, form: str, rows: pl.DataFrame) -> None:
    book = Book(form)
    columns = [Column(name, "text", 20.5 if name == "证件号码" else 14) for name in rows.columns]
    book.table(book.sheet(form, "#2F5D8A"), 0, columns, rows)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(book.close())
