"""What the briefs count, and what of it is shown. A cell is `(scope, what, *detail)`: scope is a county or `PROVINCE`.

The coarse tables are settled before the fine ones, the province's with the counties': what is hidden on one page must
not follow from another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pipelines.publishing.suppression import Counts

#: What stands for the province where others stand by county code.
PROVINCE = ""

LEVELS = (4, 3, 2, 1)

#: What is counted of warnings, which of it also by rule, and of which of that pages show both rules and levels.
MEASURES = (
    *("standing", "opened", "resolved", "lapsed", "served", "dismissed"),
    *("overdue", "service_overdue", "due_soon"),
)
BY_RULE = ("standing", "opened", "overdue")
BY_RULE_AND_LEVEL = ("standing", "opened")

_NOT_AT_WORK = ("unverified", "suspected", "unemployed", "never_employed")
#: States that are warnings by themselves: where nobody's was found wrong, the rule says how many are in the state.
_SAME = {"unverified": "employment_unverified", "suspected": "job_loss_suspected"}
#: Totals of people and their parts.
_COARSE = {"workforce": ("at_work", "other")}
_FINE = {"persons": ("workforce", "outside"), "at_work": ("employed", "on_post"), "other": _NOT_AT_WORK}


def count(
    counties: Iterable[str],
    townships: Sequence[dict],
    warnings: Sequence[dict],
    days: Sequence[dict],
    upheld: Sequence[dict],
    lists: dict[str, str],
    day: date,
) -> Counts:
    """The counts of rows of `brief_townships`, `brief_warnings`, `brief_days` and `brief_upheld` on `day`, of
    `counties` and whatever others these name.

    `lists` says in which list each rule stands.
    """
    counties = sorted({*counties, *(row["county_code"] for rows in (townships, warnings, days) for row in rows)})
    counts = Counts()
    _count_people(counts, counties, townships)
    _count_warnings(counts, counties, warnings, lists)
    _count_townships(counts, counties, townships)
    _count_days(counts, counties, days, day)
    _count_upheld(counts, upheld)
    return counts


def _count_people(counts: Counts, counties: Sequence[str], townships: Sequence[dict]) -> None:
    for row in townships:
        numbers = {what: row[what] for what in ("persons", "workforce", "at_work", "on_post", *_NOT_AT_WORK)}
        numbers["other"] = row["workforce"] - row["at_work"]
        numbers["employed"] = row["at_work"] - row["on_post"]
        numbers["outside"] = row["persons"] - row["workforce"]
        for what, number in numbers.items():
            for scope in (PROVINCE, row["county_code"]):
                counts.add((scope, what), number)
    for totals in (_COARSE, _FINE):
        sums = [
            [(scope, what) for what in (total, *parts)]
            for scope in (PROVINCE, *counties)
            for total, parts in totals.items()
        ]
        columns = sorted({what for total, parts in totals.items() for what in (total, *parts)})
        counts.settle(sums + _over_counties(counties, [(what,) for what in columns]))


def _count_warnings(counts: Counts, counties: Sequence[str], warnings: Sequence[dict], lists: dict[str, str]) -> None:
    for row in warnings:
        rule, level = row["rule"], row["level"]
        for measure in MEASURES:
            for scope in (PROVINCE, row["county_code"]):
                for detail in ((), ("level", level), ("list", lists[rule]), ("rule", rule)):
                    counts.add((scope, measure, *detail), row[measure])
            counts.add((PROVINCE, measure, "rule level", rule, level), row[measure])
    scopes = (PROVINCE, *counties)
    names = sorted(set(lists.values()))
    for measure in MEASURES:
        counts.settle(_over_counties(counties, [(measure,)]))
        # All at once: what a level hides, a list or rule could tell.
        sums = []
        for kind, values in (("level", LEVELS), ("list", names)):
            sums += [[(scope, measure), *((scope, measure, kind, value) for value in values)] for scope in scopes]
            sums += _over_counties(counties, [(measure, kind, value) for value in values])
        if measure in BY_RULE:
            sums += [
                [(scope, measure, "list", name), *((scope, measure, "rule", r) for r in lists if lists[r] == name)]
                for scope in scopes
                for name in names
            ]
            sums += _over_counties(counties, [(measure, "rule", rule) for rule in lists])
        if measure == "standing":
            cell = (PROVINCE, measure, "rule level")
            sums += [[(PROVINCE, measure, "rule", rule), *((*cell, rule, v) for v in LEVELS)] for rule in lists]
            sums += [[(PROVINCE, measure, "level", v), *((*cell, rule, v) for rule in lists)] for v in LEVELS]
        unshown = []
        if measure in BY_RULE_AND_LEVEL:
            # Most rules have one level only: what a page says of a level and of rules tells of the others.
            levels = {
                rule: {row["level"] for row in warnings if row["rule"] == rule and row[measure]} for rule in lists
            }
            for value in LEVELS:
                its = [rule for rule in lists if levels[rule] == {value}]
                for scope in scopes:
                    parts = [*((scope, measure, "rule", rule) for rule in its), (scope, measure, "mixed", value)]
                    sums.append([(scope, measure, "level", value), *parts])
            unshown = [(scope, measure, "mixed", value) for scope in scopes for value in LEVELS]
            for row in warnings:
                if len(levels[row["rule"]]) > 1:
                    for scope in (PROVINCE, row["county_code"]):
                        counts.add((scope, measure, "mixed", row["level"]), row[measure])
        if measure == "standing":
            same = [((scope, what), (scope, measure, "rule", rule)) for scope in scopes for what, rule in _SAME.items()]
            sums += [pair for pair in same if pair[1][-1] in lists and counts.are_equal(*pair)]
        counts.settle(sums, unshown)


def _count_townships(counts: Counts, counties: Sequence[str], townships: Sequence[dict]) -> None:
    whats = ("workforce", "at_work", "other")
    codes: dict[str, list[str]] = {county: [] for county in counties}
    for row in townships:
        codes[row["county_code"]].append(row["township_code"])
        numbers = {**row, "other": row["workforce"] - row["at_work"]}
        for what in (*whats, "standing"):
            counts.add((row["county_code"], what, "township", row["township_code"]), numbers[what])
    for county, its in codes.items():
        sums = [[(county, what), *((county, what, "township", code) for code in its)] for what in (*whats, "standing")]
        counts.settle(sums + [[(county, what, "township", code) for what in whats] for code in its])


def _count_days(counts: Counts, counties: Sequence[str], days: Sequence[dict], day: date) -> None:
    whats = ("workforce", "at_work", "other", "standing", "opened", "ended")
    for row in days:
        numbers = {**row, "other": row["workforce"] - row["at_work"]}
        for what in whats:
            for scope in (PROVINCE, row["county_code"]):
                counts.add((scope, what, "day", row["run_date"]), numbers[what])
    for then in sorted({row["run_date"] for row in days}):
        people = [[(scope, what, "day", then) for what in whats[:3]] for scope in (PROVINCE, *counties)]
        sums = people + _over_counties(counties, [(what, "day", then) for what in whats])
        if then == day:
            # What the rest of the page says of the day it is of.
            shared = ("workforce", "at_work", "other", "standing", "opened")
            sums += [[(scope, what, "day", then), (scope, what)] for scope in (PROVINCE, *counties) for what in shared]
        counts.settle(sums)


def _count_upheld(counts: Counts, upheld: Sequence[dict]) -> None:
    whats = ("checked", "upheld", "not_upheld")
    scopes: dict[str, dict[str, dict]] = {}
    for row in upheld:
        scopes.setdefault(row["rule"], {})[row["county_code"]] = row
        for what in whats:
            counts.add((row["county_code"], what, "rule", row["rule"]), row[what])
    for rule, rows in scopes.items():
        sums = [[(scope, what, "rule", rule) for what in whats] for scope in rows]
        counties = [scope for scope in rows if scope != PROVINCE]
        if rows[PROVINCE]["checked"] == sum(rows[county]["checked"] for county in counties):
            # So few that the latest of the province are all of the counties'.
            sums += _over_counties(counties, [(what, "rule", rule) for what in whats])
        counts.settle(sums)


def _over_counties(counties: Sequence[str], details: Iterable[tuple]) -> list[list[tuple]]:
    """The sums of the province over its counties, of the cells with these details."""
    return [[(scope, *detail) for scope in (PROVINCE, *counties)] for detail in details]
