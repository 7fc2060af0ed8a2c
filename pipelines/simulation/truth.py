"""What is true of a county, beside what is delivered: for measuring what is found. The pipeline never reads it."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulation.payments import wrong_rows
from pipelines.simulation.posts import WRONGS
from pipelines.simulation.registers import Lives
from pipelines.simulation.words import AWAY, CHANNELS, FUNDING
from pipelines.simulation.work import incapable
from pipelines.simulation.world import NEVER, birthday, dates, first_day, gather


def tables(
    lives: Lives, lost: pl.DataFrame, wrong: list[pl.DataFrame], registered_on: np.ndarray
) -> dict[str, pl.DataFrame]:
    """The tables of the truth by name.

    `people`: one row a person; `registered_on` the first delivery of the registry that is to name them (null: none),
    `spells`: one row a spell of work or on a post, `losses`: one row a loss of work,
    `wrongs`: one row a thing that a rule is there to find, with the rule, its subject key and the days it is so.
    """
    people, work, held = lives.people, lives.work, lives.held
    county = people.county.code
    person = pl.DataFrame(
        {
            "id_number": people.id_number,
            "name": people.name,
            "county_code": gather([county], np.zeros(len(people), np.int64)),
            "village_code": people.village,
            "household_no": people.household_no(np.arange(len(people))),
            "born_on": dates(people.born),
            "died_on": dates(people.died),
            "registered_on": dates(registered_on),
        }
    )
    spells = pl.concat(
        [
            pl.DataFrame(
                {
                    "id_number": gather(people.id_number, work.person),
                    "kind": gather(CHANNELS, work.channel),
                    "started_on": dates(work.start),
                    "ended_on": dates(work.end),
                    "insured": work.insured,
                    "employer_no": gather(lives.staff.number, work.employer),
                    "region": gather([county, *(code for code, _ in AWAY)], work.place + 1),
                    "post_no": pl.Series([None], dtype=pl.String).new_from_index(0, len(work)),
                    "funding": pl.Series([None], dtype=pl.String).new_from_index(0, len(work)),
                }
            ),
            pl.DataFrame(
                {
                    "id_number": gather(people.id_number, held.person),
                    "kind": gather(["公益性岗位"], np.zeros(len(held), np.int64)),
                    "started_on": dates(held.start),
                    "ended_on": dates(held.end),
                    "insured": np.zeros(len(held), bool),
                    "employer_no": pl.Series([None], dtype=pl.String).new_from_index(0, len(held)),
                    "region": gather([county], np.zeros(len(held), np.int64)),
                    "post_no": held.post_no(people),
                    "funding": gather(FUNDING, held.funding),
                }
            ),
        ]
    )
    i = lost["person"].to_numpy()
    losses = pl.DataFrame(
        {
            "id_number": gather(people.id_number, i),
            "lost_on": dates(lost["lost_on"].to_numpy()),
            "cause": lost["cause"],
            "back_on": dates(lost["back_on"].to_numpy()),
            "willing": people.willing[i] != 0,
        }
    )
    return {
        "people": person,
        "spells": spells,
        "losses": losses,
        "wrongs": pl.concat([*wrong, _unfit(lives), _employers(lives)]),
    }


def _employers(lives: Lives) -> pl.DataFrame:
    """Employers that closed or stopped paying with some people of the county in them."""
    work, staff, county = lives.work, lives.staff, lives.people.county.code
    parts = []
    for e in range(len(staff)):
        theirs = work.insured & (work.employer == e)
        key = pl.Series([f"{staff.number[e]}|{county}"])
        if len(np.unique(work.person[theirs & (work.end == staff.closes[e]) & (work.end < NEVER)])) >= 5:
            parts.append(wrong_rows("employer_mass_stop", key, staff.closes[e : e + 1] + 1))
        unpaid = staff.arrears_from[e : e + 1]
        if unpaid[0] < lives.world.last_month:
            since = first_day(unpaid + 1)
            if len(np.unique(work.person[theirs & (work.start < since[0]) & (work.end > lives.world.end)])) >= 3:
                parts.append(wrong_rows("employer_arrears", key, since))
    return pl.concat(parts) if parts else wrong_rows("employer_arrears", pl.Series([], dtype=pl.String), np.array([]))


def _unfit(lives: Lives) -> pl.DataFrame:
    """Who is on a post and should not be, and posts without contract or insurance."""
    people, held, world = lives.people, lives.held, lives.world
    who, post_no = gather(people.id_number, held.person), held.post_no(people)
    key = who + "|" + post_no
    until = held.end
    parts = []
    for rule in WRONGS:
        if not rule.startswith("post_"):
            continue
        at = held.has(rule)
        whole = rule in ("post_contract_missing", "post_contract_too_long")
        days = (held.start if whole else held.wrong_from)[at]
        if rule == "post_term_exceeded":
            # Paid for a 37th month; who was 55 when first on a post is exempt.
            at = at[birthday(people.born[held.person[at]], 55) > held.start[at]]
            days = birthday(held.start[at], 3) + 31
        parts.append(wrong_rows(rule, key.gather(at), days, until[at]))

    def since(rule: str, days: np.ndarray, there: np.ndarray | None = None) -> None:
        """Holders who are unfit from a day on, where they are still on the post then."""
        days = np.maximum(days, held.start)
        at = np.flatnonzero((days <= np.minimum(until, world.end)) & (there if there is not None else True))
        parts.append(wrong_rows(rule, key.gather(at), days[at], until[at]))

    born, died = people.born[held.person], people.died[held.person]
    since("post_holder_deceased", np.where(died < NEVER, died + 1, NEVER))
    since("post_over_age", birthday(born, 65))
    since("post_not_target_group", held.start, held.person >= people.registered)
    since("post_student", held.start, people.student[held.person] > 0)
    never = incapable(people, 0)[held.person]
    since(
        "post_no_labour_capacity",
        np.where(never, held.start, people.incapable_from[held.person]),
        held.person < people.registered,  # of others nobody says what they can do
    )
    child = np.flatnonzero(held.start < birthday(born, 16))
    parts.append(
        wrong_rows(
            "post_under_age", key.gather(child), held.start[child], np.minimum(until, birthday(born, 16) - 1)[child]
        )
    )
    order = np.lexsort((held.start, held.person))
    again = np.flatnonzero(
        (held.person[order][1:] == held.person[order][:-1]) & (held.end[order][:-1] >= held.start[order][1:])
    )
    later = order[again + 1]
    parts.append(wrong_rows("post_duplicate", who.gather(later), held.start[later] + 1, until[later]))
    return pl.concat(parts)
