"""Resident identity numbers: GB 11643-1999, check character by ISO 7064 MOD 11-2.

A valid number is its first 17 digits: the check character follows from them. So it is kept as one Int64.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.staging.dates import date_of
from pipelines.staging.text import SPACE, apply_where, emptied, scientific, tidy

EARLIEST_BIRTH = date(1900, 1, 1)

_WEIGHTS = [2 ** (17 - i) % 11 for i in range(17)]
_COMPLETE = r"^[0-9]{17}[0-9X]$"


def canonical(values: pl.Series) -> pl.Series:
    """Cells of an ID column in normal form: without spaces, `X` raised, cut to 18 characters, 15 digits made 18.

    A cell in scientific notation stays as it is. Whether the numbers are valid is not asked.
    """
    return apply_where(values, ~values.str.contains(_COMPLETE), _canonical)


def _canonical(values: pl.Series) -> pl.Series:
    values = emptied(tidy(values)).str.replace_all(SPACE, "")
    values = apply_where(values, ~scientific(values), lambda v: v.str.replace_all("x", "X", literal=True).str.head(18))
    return apply_where(values, values.str.contains(r"^[0-9]{15}$"), _lengthened)


def _lengthened(values: pl.Series) -> pl.Series:
    return texts((values.str.head(6) + "19" + values.str.tail(9)).cast(pl.Int64))


def numbers(values: pl.Series, until: date) -> pl.Series:
    """The first 17 digits (Int64) of the ID numbers that are valid, null for the others.

    `values` are canonical; a birth date must be real and lie between 1900-01-01 and `until`.
    """
    complete = values.str.contains(_COMPLETE)
    digits = pl.select(pl.when(complete).then(values.str.head(17))).to_series().cast(pl.Int64)
    check = values.str.slice(17, 1).replace({"X": "10"}).cast(pl.Int64, strict=False)
    born = born_on(digits)
    valid = complete & (check == _check(digits)) & born.is_between(EARLIEST_BIRTH, until)
    return pl.select(pl.when(valid.fill_null(False)).then(digits)).to_series()


def born_on(numbers: pl.Series) -> pl.Series:
    """The birth dates (Date) in ID numbers given as their first 17 digits, null where it is not a real date."""
    days = numbers // 1000 % 100_000_000
    return date_of(days // 10_000, days // 100 % 100, days % 100)


def texts(numbers: pl.Series) -> pl.Series:
    """The 18 characters of ID numbers given as their first 17 digits."""
    check = _check(numbers).cast(pl.String).replace({"10": "X"})
    return numbers.cast(pl.String).str.zfill(17) + check


def _check(numbers: pl.Series) -> pl.Series:
    """The values (0 to 10) of the check characters that belong to 17 digits."""
    total = pl.lit(0, pl.Int64)
    for i, weight in enumerate(_WEIGHTS):
        total = total + pl.col("n") // 10 ** (16 - i) % 10 * weight
    return numbers.rename("n").to_frame().select((12 - total % 11) % 11).to_series()
