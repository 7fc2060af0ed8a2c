"""Welfare posts: who holds one, until when, and what is wrong with some of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from pipelines.simulation.people import WEAK, People, numbered
from pipelines.simulation.work import able
from pipelines.simulation.world import NEVER, Chance, World, birthday

#: What may be wrong with a holder or a post: rule → how many of a thousand holders.
WRONGS = {
    "post_employed_elsewhere": 3,
    "post_works_outside": 4,
    "post_business_owner": 4,
    "post_public_payroll": 1.5,
    "post_pensioner": 2,
    "post_claims_unemployment_benefit": 1,
    "post_contract_missing": 5,
    "post_contract_too_long": 4,
    "post_contract_expired": 8,
    "post_insurance_missing": 8,
    "post_term_exceeded": 3,
    "post_field_reported_absent": 4,
    "subsidy_over_standard": 2,
    "subsidy_over_cap": 0.5,
    "subsidy_duplicate": 2,
    "subsidy_without_attendance": 2,
    "subsidy_account_shared": 2,
    "subsidy_unpaid": 4,
}


@dataclass
class Posts:
    """Spells on posts, one place of each array a holder of a post. `end` is the last day on it."""

    person: np.ndarray
    number: np.ndarray
    department: np.ndarray
    funding: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray
    standard: np.ndarray
    wrong: np.ndarray  # index into WRONGS, −1 for nothing
    wrong_from: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, index: np.ndarray) -> Posts:
        return Posts(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def has(self, rule: str) -> np.ndarray:
        """Places of the posts that are wrong in this way."""
        return np.flatnonzero(self.wrong == list(WRONGS).index(rule))

    def post_no(self, people: People) -> pl.Series:
        return numbered(f"GW{people.county.code}", self.number, 6)


def posts(world: World, people: People) -> Posts:
    """About 8 in 100 of the registered people are or were on a post, and some outsiders and some who should not."""
    chance = Chance(world.seed, people.county.number, 4)
    total = len(people)
    age = people.age(world.start)
    fit = able(people, world.horizon)
    share = np.where(people.labour == WEAK, 0.3, np.where(age >= 45, 0.17, 0.03))
    chosen = fit & (age < 66) & chance.yes(total, share)
    chosen &= people.joins == 0
    odd = (np.arange(total) < people.registered) & (people.joins == 0)
    odd &= (
        ((people.labour > WEAK) & (age >= 16) & (age < 75) & chance.yes(total, 0.0015))
        | ((people.student > 2) & (age >= 16) & chance.yes(total, 0.004))
        | ((age < 16) & (age >= 14) & chance.yes(total, 0.002))
    )
    outsider = (np.arange(total) >= people.registered) & chance.yes(total, 0.35)
    person = np.flatnonzero(chosen | odd | outsider)
    n = len(person)
    funding = chance.pick(n, [0.5, 0.25, 0.15, 0.1])
    start = np.where(
        chance.yes(n, 0.1),
        world.start - 90 + chance.below(n, world.end - world.start + 90),
        world.start - 90 - chance.below(n, 900),
    )
    start = np.where(
        odd[person],
        np.maximum(start, birthday(people.born[person], 14)),
        np.maximum(start, birthday(people.born[person], 16)),
    )
    wrong = np.where(chance.yes(n, sum(WRONGS.values()) / 1000), chance.pick(n, list(WRONGS.values())), -1)
    wrong = np.where(odd[person] | outsider[person], -1, wrong)
    term = wrong == list(WRONGS).index("post_term_exceeded")
    funding = np.where(term, 0, funding)
    start = np.where(term, world.start - 1160 - chance.below(n, 120), start)
    end = np.maximum(start, world.horizon) + 20 + chance.days(n, 2400)
    sixty_five = birthday(people.born[person], 65)
    end = np.where((sixty_five > start) & chance.yes(n, 0.9), np.minimum(end, sixty_five - 1), end)
    full_term = birthday(start, 3)
    end = np.where((funding == 0) & ~term, np.minimum(end, np.maximum(full_term - 1, start)), end)
    died = people.died[person]
    off_late = np.where(chance.yes(n, 0.3), 25 + chance.days(n, 60), 0)
    end = np.where(died < NEVER, np.minimum(end, died + off_late), end)
    kept = (start < died) & (start <= world.end) & (end >= world.horizon - 60) & ((wrong < 0) | (end > world.start))
    # Of whom something is wrong, the post goes on: so that it can be found.
    end = np.where((wrong >= 0) & (died == NEVER), NEVER, np.where(end > world.end, NEVER, end))
    wrong_from = np.maximum(start + 5, world.start - 150 + chance.below(n, world.end - world.start + 150))
    made = Posts(
        person=person,
        number=np.arange(n),
        department=chance.pick(n, [0.45, 0.2, 0.2, 0.15]),
        funding=funding,
        kind=chance.below(n, 8),
        start=start,
        end=end,
        standard=np.array([500, 600, 800, 1000])[chance.pick(n, [0.4, 0.3, 0.2, 0.1])],
        wrong=wrong,
        wrong_from=wrong_from,
    )[np.flatnonzero(kept)]
    twice = np.flatnonzero((made.end == NEVER) & (made.wrong < 0) & chance.yes(len(made), 0.003))
    second = made[twice]
    second.number = n + np.arange(len(twice))
    second.department = (second.department + 1) % 4
    second.start = np.maximum(
        second.start + 20, world.start - 200 + chance.below(len(twice), world.end - world.start + 200)
    )
    second.end = np.full(len(twice), NEVER)
    second = second[np.flatnonzero(second.start <= world.end)]
    return Posts(**{f.name: np.concatenate([getattr(made, f.name), getattr(second, f.name)]) for f in fields(Posts)})


def held_until(people: People, held: Posts) -> np.ndarray:
    """The last day each person holds a post, −1 for who holds none."""
    until = np.full(len(people), -1, np.int64)
    np.maximum.at(until, held.person, held.end)
    return until
