"""Counts of few people are not shown, nor as many others as it takes that nobody can work them out from sums."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

#: Counts above zero and below this are not shown.
FEWEST = 10

Cell = TypeVar("Cell", bound=Hashable)


def hide(
    counts: Mapping[Cell, int],
    sums: Iterable[Sequence[Cell]],
    settled: Collection[Cell] = (),
    hidden: Collection[Cell] = (),
    unshown: Collection[Cell] = (),
) -> set[Cell]:
    """The cells not to show of tables whose sums are known.

    `sums` are a total and its parts each; what a reader could work out is what follows from them and the counts shown.
    Of the cells `settled` before only those in `hidden` are hidden, and no other becomes so; `unshown` cells stand on
    no page. What has to be hidden beside the few is the smallest there is. No zero is hidden as long as another count
    does.
    """
    few = {cell for cell, count in counts.items() if 0 < count < FEWEST and cell not in settled and cell not in unshown}
    few |= {cell for cell in settled if cell in hidden and cell in counts}
    unseen = few | {cell for cell in unshown if counts[cell]}
    lines = [tuple(line) for line in sums]
    fixed = set(settled)
    while True:
        found = set()
        told = _worked_out(lines, unseen)
        of_few = [told[cell] for cell in told if cell in few]
        for lines_used in [*of_few, *_small_rests(counts, lines, unseen, few, told)]:
            others = [c for line in lines_used for c in line if c not in unseen and c not in fixed]
            if others and not found.intersection(others):
                found.add(min(others, key=lambda cell: (counts[cell] == 0, counts[cell], str(cell))))
        if not found:
            return unseen
        unseen |= found


def _small_rests(
    counts: Mapping[Cell, int],
    lines: list[tuple[Cell, ...]],
    unseen: set[Cell],
    few: set[Cell],
    told: Mapping[Cell, list[tuple[Cell, ...]]],
) -> list[list[tuple[Cell, ...]]]:
    """Sums whose total is known and whose unknown parts are few people together, with the sums that tell the others."""
    found = []
    for line in lines:
        unknown = [cell for cell in line[1:] if cell in unseen and cell not in told]
        if (
            (line[0] not in unseen or line[0] in told)
            and few.intersection(unknown)
            and sum(counts[cell] for cell in unknown) < FEWEST
        ):
            found.append([line, *(other for cell in line if cell in told for other in told[cell])])
    return found


def _worked_out(lines: list[tuple[Cell, ...]], unseen: set[Cell]) -> dict[Cell, list[tuple[Cell, ...]]]:
    """The hidden cells that follow from the others' sums: the sums each follows from.

    The sums are equations whose unknowns are the hidden cells. They are solved over the numbers 0 and 1, each equation
    one integer: which unknowns it has, and, above them, from which sums it came. In tables of rows and columns, an
    unknown is determined there exactly where it is determined over all numbers.
    """
    place = {cell: n for n, cell in enumerate(sorted(unseen, key=str))}
    cells = list(place)
    width = len(cells)
    unknowns = (1 << width) - 1
    rows = []
    for number, line in enumerate(lines):
        row = 0
        for cell in line:
            if cell in place:
                row ^= 1 << place[cell]
        if row:
            rows.append(row | 1 << width + number)
    solved: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: (row & unknowns).bit_count()):  # short ones first: others stay short
        while left := row & unknowns:
            pivot = left & -left
            if pivot not in solved:
                solved[pivot] = row
                break
            row ^= solved[pivot]
    pivots = sum(solved)
    for pivot in sorted(solved, reverse=True):  # those above it have no other pivot left
        row = solved[pivot]
        known = row & pivots ^ pivot
        while known:
            other = known & -known
            row ^= solved[other]
            known ^= other
        solved[pivot] = row
    return {
        cells[pivot.bit_length() - 1]: [line for number, line in enumerate(lines) if row >> width + number & 1]
        for pivot, row in solved.items()
        if row & unknowns == pivot
    }


class Counts:
    """Counts of people by cell, and which of them may be shown: `counts[cell]` is None where it may not.

    Cells are counted with `add` and settled with `settle`, table by table: the coarser tables first, so that what is
    shown of them does not depend on how finely they are broken down elsewhere.
    """

    def __init__(self) -> None:
        self._counts: dict[Hashable, int] = {}
        self._settled: set[Hashable] = set()
        self._hidden: set[Hashable] = set()
        self._lines: list[tuple[Hashable, ...]] = []
        self._places: dict[Hashable, list[int]] = {}

    def add(self, cell: Hashable, count: int) -> None:
        """Count so many more in a cell."""
        self._counts[cell] = self._counts.get(cell, 0) + count

    def are_equal(self, one: Hashable, other: Hashable) -> bool:
        """Whether so far as many were counted in both cells."""
        return self._counts.get(one, 0) == self._counts.get(other, 0)

    def settle(self, sums: Iterable[Sequence[Hashable]], unshown: Collection[Hashable] = ()) -> None:
        """Decide what is shown of the cells of a table, given its sums (a total and its parts each) and which of its
        cells stand on no page.
        """
        sums = [tuple(line) for line in sums]
        lines = sums + self._telling(sums)
        counts = {cell: self._counts.get(cell, 0) for line in lines for cell in line}
        self._hidden |= hide(counts, lines, self._settled.intersection(counts), self._hidden, unshown)
        for number, line in enumerate(sums, start=len(self._lines)):
            for cell in line:
                self._places.setdefault(cell, []).append(number)
        self._lines += sums
        self._settled.update(counts)

    def _telling(self, sums: Iterable[Sequence[Hashable]]) -> list[tuple[Hashable, ...]]:
        """The sums of tables settled before that tell of hidden cells of these, or of cells that tell of those."""
        found: set[int] = set()
        seen: set[Hashable] = set()
        asked = self._hidden.intersection(cell for line in sums for cell in line)
        while asked:
            seen |= asked
            new = {number for cell in asked for number in self._places.get(cell, ())} - found
            found |= new
            asked = self._hidden.intersection(cell for number in new for cell in self._lines[number]) - seen
        return [self._lines[number] for number in sorted(found)]

    def __getitem__(self, cell: Hashable) -> int | None:
        """The count of a settled cell; None where it is not shown."""
        if cell not in self._settled:
            raise KeyError(f"{cell} was not settled: nothing is shown before that")
        return None if cell in self._hidden else self._counts.get(cell, 0)
