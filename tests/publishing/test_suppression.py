"""What is hidden can't be worked out from what is shown: held against algebra over random tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.publishing.brief_counts import BY_RULE, LEVELS, MEASURES, PROVINCE, count
from pipelines.publishing.suppression import FEWEST, Counts, hide

LISTS = {"a": "帮扶", "b": "帮扶", "c": "核查", "d": "单位整改"}
DAY = date(2025, 6, 4)

counted = st.sampled_from([0, 0, 0, 1, 3, 9, 10, 12, 25, 140])


#: Sums are solved over the numbers modulo a large prime: as good as exact here, and far faster than fractions.
PRIME = 2**61 - 1


def worked_out(sums: list[list], hidden: set) -> set:
    """The hidden cells that follow from the sums (a total and its parts each) and the cells that are not hidden."""
    solved: dict = {}
    for line in sums:
        row: dict = {}
        for sign, cell in zip([1, *[-1] * (len(line) - 1)], line, strict=True):
            if cell in hidden:
                row[cell] = row.get(cell, 0) + sign
        for pivot in [cell for cell in row if cell in solved]:
            row = less(row, row[pivot], solved[pivot])
        if not row:
            continue
        pivot = min(row, key=str)
        inverse = pow(row[pivot], -1, PRIME)
        row = {cell: value * inverse % PRIME for cell, value in row.items()}
        for known, other in solved.items():
            if pivot in other:
                solved[known] = less(other, other[pivot], row)
        solved[pivot] = row
    return {pivot for pivot, row in solved.items() if len(row) == 1}


def less(row: dict, times: int, other: dict) -> dict:
    found = {cell: (row.get(cell, 0) - times * other.get(cell, 0)) % PRIME for cell in row.keys() | other.keys()}
    return {cell: value for cell, value in found.items() if value}


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([5, 20, 30], [None, None, 30]),
        ([5, 6, 30], [None, None, 30]),
        ([3, 4, 30, 40], [None, None, None, 40]),  # seven people would be told from the rest
        ([0, 20, 30], [0, 20, 30]),
        ([FEWEST - 1], [None]),
        ([FEWEST], [FEWEST]),
        ([], []),
    ],
)
def test_few_people_are_hidden_and_so_is_what_would_give_them_away(parts, shown) -> None:
    counts = Counts()
    for place, number in enumerate(parts):
        counts.add(place, number)
        counts.add("total", number)
    counts.settle([["total", *range(len(parts))]])
    assert [counts[place] for place in range(len(parts))] == shown


def test_what_was_settled_before_stays_as_it_is() -> None:
    counts = {"total": 33, "a": 3, "b": 30}
    assert hide(counts, [["total", "a", "b"]], settled=["total"]) == {"a", "b"}
    assert hide(counts, [["total", "a", "b"]], settled=["a", "b"], hidden=["a", "b"]) == {"a", "b"}


def test_what_follows_from_the_coarse_table_is_known_to_the_fine_one() -> None:
    """Nobody of the first county is at work: its 10 others follow from its workforce, though they are not shown."""
    zero = dict.fromkeys(("at_work", "on_post", "unverified", "suspected", "unemployed", "never_employed"), 0)
    first = zero | {"persons": 10, "workforce": 10, "never_employed": 10}
    second = zero | {"persons": 12, "workforce": 12, "at_work": 10, "on_post": 10, "unverified": 1, "never_employed": 1}
    towns = [
        town | {"county_code": county, "township_code": f"{county}001", "standing": 0}
        for county, town in (("340101", first), ("340102", second))
    ]
    counts = count(["340101", "340102"], towns, [], [], [], LISTS, DAY)
    assert counts["340101", "workforce"] == 10 and counts["340101", "at_work"] == 0
    assert counts["340102", "never_employed"] is None and counts[PROVINCE, "never_employed"] is None


def test_a_block_of_cells_gives_none_of_them_away() -> None:
    """Each row and column has two hidden cells, and yet one follows: a block's rows less its columns."""
    numbers = [[4, 5, 50, 60], [6, 7, 50, 60], [50, 60, 8, 9], [50, 60, 1, 2]]
    counts: dict = {(r, c): number for r, row in enumerate(numbers) for c, number in enumerate(row)}
    counts[0, 2] = 3
    sums = []
    for n in range(4):
        counts["row", n] = sum(counts[n, c] for c in range(4))
        counts["column", n] = sum(counts[r, n] for r in range(4))
        sums += [[("row", n), *((n, c) for c in range(4))], [("column", n), *((r, n) for r in range(4))]]
    few = {cell for cell, number in counts.items() if 0 < number < FEWEST}
    assert (0, 2) in worked_out(sums, few)
    hidden = hide(counts, sums)
    assert few <= hidden and not few & worked_out(sums, hidden)


def test_few_people_together_are_not_told_by_another_tables_sums() -> None:
    """What is hidden in one county beside its few follows from the province less the other counties."""
    counts: dict = {("a", 1): 3, ("a", 2): 2, ("a", 3): 58, ("b", 1): 20, ("b", 2): 30, ("b", 3): 40}
    counts |= {"a": 63, "b": 90, 1: 23, 2: 32, 3: 98}
    sums = [[row, *((row, column) for column in (1, 2, 3))] for row in "ab"]
    sums += [[column, ("a", column), ("b", column)] for column in (1, 2, 3)]
    hidden = hide(counts, sums)
    told = worked_out(sums, hidden)
    assert ("a", 3) in worked_out(sums, {("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)})
    assert ("a", 3) not in told or sum(counts[cell] for cell in hidden - told if cell[0] == "a") >= FEWEST


people = st.fixed_dictionaries(
    {
        what: counted
        for what in ("employed", "on_post", "unverified", "suspected", "unemployed", "never_employed", "outside")
    }
    | {"standing": counted}
)


@settings(max_examples=25, deadline=None)
@given(
    people=st.lists(st.lists(people, min_size=1, max_size=3), min_size=1, max_size=4),
    warnings=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(sorted(LISTS)), st.sampled_from(LEVELS), counted),
        max_size=14,
        unique_by=lambda row: row[:3],
    ),
    earlier=st.lists(counted, min_size=4, max_size=4),
)
def test_nobody_can_be_worked_out_from_all_pages_together(people, warnings, earlier) -> None:
    counties = [f"34010{n}" for n in range(len(people))]
    townships = []
    for county, rows in zip(counties, people, strict=True):
        for place, row in enumerate(rows):
            at_work = row["employed"] + row["on_post"]
            workforce = at_work + sum(row[w] for w in ("unverified", "suspected", "unemployed", "never_employed"))
            totals = {"at_work": at_work, "workforce": workforce, "persons": workforce + row["outside"]}
            townships.append({**row, **totals, "county_code": county, "township_code": f"{county}{place:03}"})
    warned = [
        dict.fromkeys(MEASURES, number) | {"county_code": counties[place % len(counties)], "rule": rule, "level": level}
        for place, rule, level, number in warnings
    ]
    warned = list({(row["county_code"], row["rule"], row["level"]): row for row in warned}.values())
    for county in counties:
        # The townships hold the warnings that the rules hold.
        its = [row for row in townships if row["county_code"] == county]
        for row in its:
            row["standing"] = 0
        its[0]["standing"] = sum(row["standing"] for row in warned if row["county_code"] == county)

    def now(county: str, what: str) -> int:
        rows = warned if what in MEASURES else townships
        return sum(row[what] for row in rows if row["county_code"] == county)

    days = [{"run_date": DAY, "county_code": c, "ended": 0} for c in counties]
    for row in days:
        row |= {what: now(row["county_code"], what) for what in ("workforce", "at_work", "standing", "opened")}
    for county, number in zip(counties, earlier, strict=False):
        then = {"run_date": DAY - timedelta(1), "county_code": county, "workforce": 40 + number, "at_work": number}
        days.append(then | {"standing": number, "opened": number, "ended": number})
    counts = count(counties, townships, warned, days, [], LISTS, DAY)

    scopes = [PROVINCE, *counties]
    whole = {"workforce": ("at_work", "other"), "persons": ("workforce", "outside"), "at_work": ("employed", "on_post")}
    whole["other"] = ("unverified", "suspected", "unemployed", "never_employed")
    down = [(what,) for what in {*whole, *(part for parts in whole.values() for part in parts), *MEASURES}]
    sums = [[(s, total), *((s, part) for part in parts)] for s in scopes for total, parts in whole.items()]
    for measure in MEASURES:
        for kind, values in (("level", LEVELS), ("list", sorted(set(LISTS.values())))):
            sums += [[(s, measure), *((s, measure, kind, value) for value in values)] for s in scopes]
            down += [(measure, kind, value) for value in values]
    for measure in BY_RULE:
        down += [(measure, "rule", rule) for rule in LISTS]
        for s in scopes:
            for name in set(LISTS.values()):
                its = [rule for rule in LISTS if LISTS[rule] == name]
                sums.append([(s, measure, "list", name), *((s, measure, "rule", rule) for rule in its)])
    cell = (PROVINCE, "standing", "rule level")
    sums += [[(PROVINCE, "standing", "rule", r), *((*cell, r, level) for level in LEVELS)] for r in LISTS]
    sums += [[(PROVINCE, "standing", "level", level), *((*cell, r, level) for r in LISTS)] for level in LEVELS]
    for county in counties:
        codes = [row["township_code"] for row in townships if row["county_code"] == county]
        for what in ("workforce", "at_work", "other", "standing"):
            sums.append([(county, what), *((county, what, "township", code) for code in codes)])
        sums += [[(county, w, "township", code) for w in ("workforce", "at_work", "other")] for code in codes]
    for then in {row["run_date"] for row in days}:
        sums += [[(s, what, "day", then) for what in ("workforce", "at_work", "other")] for s in scopes]
        down += [(what, "day", then) for what in ("workforce", "at_work", "other", "standing", "opened", "ended")]
    for what in ("workforce", "at_work", "other", "standing", "opened"):
        sums += [[(s, what, "day", DAY), (s, what)] for s in scopes]
    sums += [[(s, *detail) for s in scopes] for detail in down]

    cells = {cell for line in sums for cell in line}
    hidden = {cell for cell in cells if counts[cell] is None}
    few = {cell for cell in cells if 0 < counts._counts.get(cell, 0) < FEWEST}
    assert few <= hidden
    told = worked_out(sums, hidden)
    assert sorted(map(str, few & told)) == []
    for line in sums:
        if line[0] not in hidden or line[0] in told:
            unknown = [cell for cell in line[1:] if cell in hidden and cell not in told]
            if few.intersection(unknown):
                assert sum(counts._counts[cell] for cell in unknown) >= FEWEST


def test_what_a_level_counts_does_not_tell_of_a_rule_that_has_no_other() -> None:
    """Of one county: few of rule c, all blue; a and b are blue, too, and stand in another list."""
    numbers = {"a": 40, "b": 15, "c": 3, "d": 60}
    levels = {"a": [1], "b": [1], "c": [1], "d": [2, 3]}
    warned = [
        dict.fromkeys(MEASURES, number) | {"county_code": "340101", "rule": rule, "level": level}
        for rule, number in numbers.items()
        for level in levels[rule]
    ]
    lists = {"a": "帮扶", "b": "帮扶", "c": "核查", "d": "核查"}
    counts = count(["340101"], [], warned, [], [], lists, DAY)
    for measure in ("standing", "opened"):
        told = [("340101", measure, "level", 1), *(("340101", measure, "rule", rule) for rule in "ab")]
        assert counts["340101", measure, "rule", "c"] is None
        assert None in [counts[cell] for cell in told]


def test_a_state_that_is_a_warning_is_not_told_by_its_rule() -> None:
    states = {"unverified": 25, "suspected": 0, "unemployed": 4, "never_employed": 50}
    town = states | {"persons": 179, "workforce": 179, "at_work": 100, "on_post": 40, "standing": 25}
    town |= {"county_code": "340101", "township_code": "340101001"}
    warned = dict.fromkeys(MEASURES, 0) | {"standing": 25, "county_code": "340101", "level": 1}
    warned |= {"rule": "employment_unverified"}
    rules = [warned, warned | {"rule": "low_wage", "standing": 30}]
    lists = {"employment_unverified": "帮扶", "low_wage": "帮扶"}
    counts = count(["340101"], [town], rules, [], [], lists, DAY)
    assert counts["340101", "unemployed"] is None and counts["340101", "unverified"] is None
    assert counts["340101", "standing", "rule", "employment_unverified"] is None
