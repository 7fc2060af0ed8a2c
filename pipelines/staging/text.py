"""Normalising the text of a cell. Source: the specification's `feeds.md`, “Normalising a cell”.

Everything works on whole columns: String series without nulls, "" for an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

#: Alone in a cell, these mean that it is empty.
EMPTY_WORDS = (
    *("-", "—", "/", "无", "NULL", "null", "N/A"),
    *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"),
)
#: White space: Unicode's, and the separators that Python counts with it.
SPACE = r"[\s\x1c-\x1f]"

#: Some cells need no care: letters, digits and marks that NFKC leaves alone, none of which is white space, an
#: apostrophe or part of ="…". Most cells are of this kind, and the check costs a tenth of the care.
_CARE = r"[^!#-&(-<>-~\x{4e00}-\x{9fff}]"

#: Names of common Chinese characters but 无 (U+65E0), which may mean that the cell is empty, need none either.
_NAME_CARE = r"[^\x{4e00}-\x{65df}\x{65e1}-\x{9fff}]"

_SCIENTIFIC = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+$"
_EDGE = rf"^{SPACE}+|{SPACE}+$"


def apply_where(values: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The values, with `change` made to those at which `where` is true."""
    if not where.any():
        return values
    at = where.arg_true()
    return values.clone().scatter(at, change(values.gather(at)))  # scatter alone writes in place


def tidy(values: pl.Series) -> pl.Series:
    """Cells in normal form: NFKC, ="…" unwrapped, a leading apostrophe dropped, trimmed. `无` and the like stay."""
    return apply_where(values, values.str.contains(_CARE), _tidy)


def _tidy(values: pl.Series) -> pl.Series:
    return (
        values.str.normalize("NFKC")
        .str.replace_all(_EDGE, "")
        .str.replace(r'(?s)^="(.*)"$', "$1")
        .str.replace(rf"^{SPACE}*'?", "")
        .str.replace_all(_EDGE, "")
    )


def emptied(values: pl.Series) -> pl.Series:
    """Tidy cells, "" where a word alone means empty."""
    return apply_where(values, values.is_in(EMPTY_WORDS), lambda words: words.clear(len(words)).fill_null(""))


def text(values: pl.Series) -> pl.Series:
    """Cells of a text or code column."""
    return emptied(tidy(values))


def name(values: pl.Series) -> pl.Series:
    """Cells of a name column: no white space; a dot between Chinese characters, however it was typed, is `·`."""

    def change(names: pl.Series) -> pl.Series:
        names = emptied(tidy(names)).str.replace_all(SPACE, "")
        for _ in range(2):  # the second time for a character between two dots
            names = names.str.replace_all(r"(\p{Han})[•・.．](\p{Han})", "${1}·${2}")
        return names

    return apply_where(values, values.str.contains(_NAME_CARE), change)


def scientific(values: pl.Series) -> pl.Series:
    """Whether tidy cells hold a number in scientific notation, as a spreadsheet saves a long one (Boolean)."""
    return values.str.contains(_SCIENTIFIC)
