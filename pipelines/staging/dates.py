"""Dates and months as offices write them. Source: the specification's `feeds.md`, “Normalising a cell”."""

from __future__ import annotations

from datetime import date

import polars as pl

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
#: An end that is open: later than every date.
OPEN_END = date(9999, 12, 31)
OPEN_WORDS = ("长期", "至今", "无固定期限")

#: Day 0 of a spreadsheet's serial numbers (1900 date system), and the numbers that can be a day.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL_FIRST, _SERIAL_LAST = 20_000, 80_000

_DAY_FORMS = [
    r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[\sT].*)?$",
    r"^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:[\sT].*)?$",
    r"^([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})(?:[\sT].*)?$",
    r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:[\sT].*)?$",
    r"^([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日(?:[\sT].*)?$",
]
_MONTH_FORMS = [
    r"^([0-9]{4})-([0-9]{1,2})$",
    r"^([0-9]{4})/([0-9]{1,2})$",
    r"^([0-9]{4})([0-9]{2})$",
    r"^([0-9]{4})年([0-9]{1,2})月$",
]
_SERIAL_FORM = r"^([0-9]{5})(?:\.[0-9]*)?$"


def date_of(years: pl.Series, months: pl.Series, days: pl.Series) -> pl.Series:
    """The dates (Date) of year, month and day numbers, null where there is no such day or a part is null."""
    y, m, d = pl.col("y"), pl.col("m"), pl.col("d")
    leap = (y % 4 == 0) & ((y % 100 != 0) | (y % 400 == 0))
    length = pl.when(m == 2).then(28 + leap.cast(pl.Int64)).when(m.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    real = y.is_between(1, 9999) & m.is_between(1, 12) & d.is_between(1, length)
    parts = pl.DataFrame({"y": years, "m": months, "d": days}, schema=dict.fromkeys("ymd", pl.Int64))
    # Polars raises for a day that does not exist, so it is only asked for days that do.
    parts = parts.with_columns(real.fill_null(False).alias("real"))
    one = [pl.when("real").then(part).otherwise(1) for part in (y, m, d)]
    return parts.select(pl.when("real").then(pl.date(*one))).to_series()


def dates(values: pl.Series, end: bool = False) -> pl.Series:
    """Tidy cells of a date column as Date, null where none can be read or it lies out of range.

    A month alone is its first day, or in an `end` column its last. In an end column the year 9999 and words like
    `长期` are `OPEN_END`.
    """
    found = _days(values)
    first = _months(values)
    month = first.dt.month_end() if end else first
    found = pl.select(pl.coalesce(found, month)).to_series()
    allowed = found.is_between(EARLIEST, LATEST)
    if end:
        is_open = values.is_in(OPEN_WORDS) | (found.dt.year() == OPEN_END.year)
        expression = pl.when(is_open.fill_null(False)).then(pl.lit(OPEN_END)).when(allowed).then(found)
        return pl.select(expression).to_series()
    return pl.select(pl.when(allowed).then(found)).to_series()


def months(values: pl.Series) -> pl.Series:
    """Tidy cells of a month column as months counted from year 0 (Int32), null where none can be read.

    A date stands for its month.
    """
    found = pl.select(pl.coalesce(_days(values), _months(values))).to_series()
    count = found.dt.year().cast(pl.Int32) * 12 + found.dt.month().cast(pl.Int32) - 1
    return pl.select(pl.when(found.is_between(EARLIEST, LATEST)).then(count)).to_series().cast(pl.Int32)


def _days(values: pl.Series) -> pl.Series:
    serial = values.str.extract(_SERIAL_FORM).cast(pl.Int32)
    serial = pl.select(
        pl.when(serial.is_between(_SERIAL_FIRST, _SERIAL_LAST)).then(pl.lit(_SERIAL_ZERO) + pl.duration(days=serial))
    ).to_series()
    return pl.select(pl.coalesce(_matched(values, _DAY_FORMS), serial)).to_series()


def _months(values: pl.Series) -> pl.Series:
    """First days of months alone."""
    return _matched(values, _MONTH_FORMS)


def _matched(values: pl.Series, forms: list[str]) -> pl.Series:
    """The dates of the values that have one of the forms: groups are year, month and, where there is a third, day."""
    found = pl.Series([None], dtype=pl.Date).new_from_index(0, len(values))
    left = (values != "").arg_true()
    for form in forms:
        if not len(left):
            break
        fits = values.gather(left).str.contains(form)
        at, left = left.filter(fits), left.filter(~fits)
        if len(at):
            parts = values.gather(at).str.extract_groups(form).struct.unnest().cast(pl.Int64)
            day = parts["3"] if parts.width == 3 else pl.repeat(1, len(at), dtype=pl.Int64, eager=True)
            found = found.scatter(at, date_of(parts["1"], parts["2"], day))
    return found
