"""Cells of a column to values of its type. Source: the specification's `feeds.md`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.feeds import Column
from pipelines.staging import dates, resident_id, text

NUMBER = pl.Decimal(18, 4)
#: The largest number kept; what is larger is absurd, and is kept as this. For Python's own Decimal Polars loads NumPy.
LARGEST = pl.lit("99999999999999.9999").cast(NUMBER)

_YES, _NO = ("是", "有", "Y", "1", "TRUE"), ("否", "无", "N", "0", "FALSE")


def codes(column: Column) -> pl.Enum:
    """The type of a code column's values: they repeat, and are faster to handle as numbers than as text."""
    return pl.Enum([value for value, *_ in column.values])


@dataclass(frozen=True)
class Reading:
    """What a column's cells say: `value` is null where they say nothing or can't be read.

    ID numbers are their first 17 digits (Int64), names and text String, accounts digits (String), the others as they
    are staged; `pseudonyms.Reader` makes of them what is staged. `empty` (Boolean): the cell says nothing. `lost`
    (Boolean or None for other types): the ID number came as a number, and its end is lost. `born_on` (Date or None
    where it is not staged): the date of birth in the ID number.
    """

    value: pl.Series
    empty: pl.Series
    lost: pl.Series | None = None
    born_on: pl.Series | None = None

    @property
    def unreadable(self) -> pl.Series:
        return self.value.is_null() & ~self.empty


def read(column: Column, cells: pl.Series, delivered_on: date) -> Reading:
    """Reads the raw cells (String, no nulls) of one column of a delivery of that date."""
    return _id(cells, delivered_on) if column.type == "id" else _plain(column, cells)


def _id(cells: pl.Series, delivered_on: date) -> Reading:
    found = resident_id.canonical(cells)
    return Reading(resident_id.numbers(found, delivered_on), found == "", text.scientific(found))


def _plain(column: Column, cells: pl.Series) -> Reading:
    """What cells of any type but ID numbers say."""
    if column.type == "name":
        normal = text.name(cells)
    elif column.type == "yes_no":  # 无 is an answer
        normal = text.tidy(cells)
        normal = text.apply_where(normal, normal != "无", text.emptied)
    else:
        normal = text.text(cells)
    if column.type == "account":
        normal = _account(normal)
    empty = normal == ""
    return Reading(_typed(column, normal, empty), empty)


def _typed(column: Column, values: pl.Series, empty: pl.Series) -> pl.Series:
    if column.type in ("name", "text", "account"):
        return text.apply_where(values, empty, lambda nothing: nothing.clear(len(nothing)))
    if column.type in ("date", "end_date"):
        return dates.dates(values, end=column.type == "end_date")
    if column.type == "month":
        return dates.months(values)
    if column.type == "number":
        return _number(values)
    if column.type == "digits":
        fits = values.str.contains(rf"^[0-9]{{{column.length}}}$")
        return pl.select(pl.when(fits).then(values)).to_series()
    if column.type == "yes_no":
        raised = values.str.to_uppercase()
        return pl.select(pl.when(raised.is_in(_YES)).then(True).when(raised.is_in(_NO)).then(False)).to_series()
    known = {alias: value for value, *aliases in column.values for alias in (value, *aliases)}
    return values.replace_strict(known, default=None, return_dtype=codes(column))


def _number(values: pl.Series) -> pl.Series:
    plain = values.str.replace_all("[,¥]", "").str.replace("元$", "").str.strip_chars()
    is_number = plain.str.contains(r"^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$")
    digits = pl.select(pl.when(is_number).then(plain)).to_series()
    number = digits.cast(NUMBER, strict=False)  # null also where there are more digits than it holds
    return pl.select(pl.when(is_number).then(number.fill_null(LARGEST))).to_series().cast(NUMBER)


def _account(values: pl.Series) -> pl.Series:
    """Digits of normal account numbers; "" for one in scientific notation, whose end is lost."""
    values = text.apply_where(values, text.scientific(values), lambda v: v.clear(len(v)).fill_null(""))
    return values.str.replace_all("[^0-9]", "")
