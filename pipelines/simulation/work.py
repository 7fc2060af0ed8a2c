"""Employers, and the true spells of work of a county's people."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from pipelines.simulation.people import INCAPABLE, WEAK, People, numbered
from pipelines.simulation.words import AWAY, COMPANY, INDUSTRY
from pipelines.simulation.world import NEVER, Chance, World, birthday, gather

(AT_EMPLOYER, FLEXIBLE, WORKSHOP, OWN_BUSINESS, WORK_RELIEF) = range(5)


@dataclass
class Employers:
    """Employers of a county's insured people. The first never closes."""

    number: pl.Series
    name: pl.Series
    code: pl.Series
    region: list[str]
    closes: np.ndarray  # the last day of work
    arrears_from: np.ndarray  # the first month not paid

    def __len__(self) -> int:
        return len(self.closes)


@dataclass
class Spells:
    """Spells of work, one place of each array a spell. `end` is the last working day."""

    person: np.ndarray
    start: np.ndarray
    end: np.ndarray
    channel: np.ndarray
    employer: np.ndarray  # −1: none of the county's employers
    insured: np.ndarray
    place: np.ndarray  # −1: the county itself, else an index into AWAY
    wage: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, index: np.ndarray) -> Spells:
        return Spells(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def region(self, county: str) -> pl.Series:
        """The place of work's code, six digits."""
        return gather([county, *(code for code, _ in AWAY)], self.place + 1)


def employers(world: World, people: People) -> Employers:
    """One employer for each twenty or so insured people of the county; some close, some stop paying."""
    chance = Chance(world.seed, people.county.number, 2)
    n = max(people.registered // 300, 5)
    place = np.where(chance.yes(n, 0.5), -1, chance.below(n, len(AWAY)))
    closes = np.where(chance.yes(n, 0.06), world.horizon + 60 + chance.below(n, world.end - world.horizon), NEVER)
    closes[0] = NEVER
    arrears = np.where(chance.yes(n, 0.03), world.last_month - chance.below(n, 5), NEVER)
    regions = [people.county.code if p < 0 else AWAY[p][0] for p in place.tolist()]
    towns = gather(["", *(name for _, name in AWAY)], place + 1)
    name = towns + gather(COMPANY, chance.below(n, len(COMPANY))) + gather(INDUSTRY, chance.below(n, len(INDUSTRY)))
    return Employers(
        number=numbered(people.county.code[2:], np.arange(n), 5),
        name=name + pl.Series([f"{i or ''}有限公司" for i in range(n)]),
        code=gather(
            [f"91{region}MA{i:07d}{people.county.number:03d}"[:18] for i, region in enumerate(regions)], np.arange(n)
        ),
        region=regions,
        closes=closes,
        arrears_from=arrears,
    )


def able(people: People, day: int) -> np.ndarray:
    """Registered people who can work on `day`."""
    age = people.age(day)
    fit = (people.labour <= WEAK) & (people.student <= 0) & (age >= 16) & (age < 72)
    return fit & (np.arange(len(people)) < people.registered) & (people.died > day)


def spells(world: World, people: People, staff: Employers, held_post_until: np.ndarray) -> Spells:
    """The spells of work of everybody, sorted by person and start.

    `held_post_until`: the last day a person holds a post (NEVER while it goes on), −1 for no post. Whoever holds one
    works nowhere else until it ends; those who do otherwise are added by `posts`.
    """
    chance = Chance(world.seed, people.county.number, 3)
    age = people.age(world.start)
    share = np.where(people.labour == WEAK, 0.5, 0.86) * np.where(age >= 60, 0.55, 1.0)
    works = able(people, world.horizon) & chance.yes(len(people), share) & (held_post_until < 0)
    after_post = (held_post_until >= 0) & (held_post_until < NEVER) & chance.yes(len(people), 0.4)
    person = np.flatnonzero(works | after_post)
    n = len(person)
    later = after_post[person]
    adult = birthday(people.born[person], 16)

    formal = chance.yes(n, np.where(age[person] < 58, 0.22, 0.02)) & ~later
    channel = np.where(
        formal, AT_EMPLOYER, np.array([AT_EMPLOYER, FLEXIBLE, WORKSHOP, OWN_BUSINESS, WORK_RELIEF])[
            chance.pick(n, [0.28, 0.56, 0.07, 0.06, 0.03])
        ]
    )  # fmt: skip
    new = chance.yes(n, 0.12)
    span = world.end - world.horizon + 1
    start = np.where(new, world.horizon + chance.below(n, span), world.horizon - 30 - chance.days(n, 900))
    start = np.where(later, held_post_until[person] + 5 + chance.days(n, 70), np.maximum(start, adult))
    before = chance.yes(n, 0.7) & ~later
    earlier_end = start - 6 - chance.days(n, 90)
    earlier_start = np.maximum(earlier_end - 30 - chance.days(n, 500), adult)
    parts = [
        _part(
            chance, person, earlier_start, earlier_end, channel, formal, staff, before & (earlier_start < earlier_end)
        )
    ]
    for mean in (3300, 1500, 1500):
        employer = np.where(formal, _employer(chance, n, len(staff)), -1)
        end = np.maximum(start, world.horizon) + 10 + chance.days(n, mean)
        closes = staff.closes[employer]
        shut = formal & (closes <= start)
        employer = np.where(shut, 0, employer)
        end = np.where(formal & ~shut, np.minimum(end, closes), end)
        parts.append(_part(chance, person, start, end, channel, formal, staff, start <= world.end, employer))
        start = end + 4 + chance.days(n, 75)
    made = Spells(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Spells)})
    died = people.died[made.person]
    left = np.where(people.incapable_from[made.person] < NEVER, people.incapable_from[made.person], NEVER)
    made.end = np.minimum(made.end, np.minimum(died, left))
    made.end = np.where(made.end > world.end, NEVER, made.end)
    made = made[np.flatnonzero(made.start < np.minimum(died, left))]
    return made[np.lexsort((made.start, made.person))]


def _employer(chance: Chance, n: int, employers: int) -> np.ndarray:
    """A few employers have most of the people."""
    return (employers * chance.share(n) ** 2).astype(np.int64)


def _part(
    chance: Chance,
    person: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    channel: np.ndarray,
    formal: np.ndarray,
    staff: Employers,
    there: np.ndarray,
    employer: np.ndarray | None = None,
) -> Spells:
    n = len(person)
    employer = np.where(formal, _employer(chance, n, len(staff)), -1) if employer is None else employer
    codes = [code for code, _ in AWAY]
    at = np.array([codes.index(region) if region in codes else -1 for region in staff.region])
    own = np.where(
        (channel == AT_EMPLOYER) | (channel == FLEXIBLE),
        np.where(chance.yes(n, 0.5), -1, chance.below(n, len(AWAY))),
        -1,
    )
    wage = (1800 + 250 * chance.below(n, 20)).astype(np.int64)
    wage = np.where((channel == FLEXIBLE) & chance.yes(n, 0.01), 200 + chance.below(n, 250), wage)
    made = Spells(person, start, end, channel, employer, formal, np.where(formal, at[employer], own), wage)
    return made[np.flatnonzero(there)]


def losses(world: World, people: People, work: Spells, post: Spells) -> pl.DataFrame:
    """One row a loss of work in the horizon: who had a last working day and was neither dead nor at work on the next.

    `person`, `lost_on` (the day after the last one), `cause` (employment or post), `back_on` (null: not again).
    """
    rows = pl.concat(
        [
            pl.DataFrame({"person": s.person, "start": s.start, "end": s.end, "cause": [cause] * len(s)})
            for cause, s in (("employment", work), ("post", post))
        ]
    ).sort("person", "start")
    reached = pl.col("end").cum_max().over("person")
    back = pl.col("start").shift(-1).over("person").fill_null(NEVER)
    found = rows.with_columns(reached=reached, back=back).filter(
        pl.col("end") == pl.col("reached"), pl.col("back") > pl.col("end") + 1
    )
    person = found["person"].to_numpy()
    lost = found["end"].to_numpy() + 1
    ends = np.minimum(people.died[person], people.incapable_from[person])
    told = (lost > world.horizon) & (lost <= world.end) & (lost < ends)
    return found.filter(pl.Series(told)).select(
        "person", lost_on=pl.col("end") + 1, cause="cause", back_on=pl.col("back")
    )


def incapable(people: People, day: int) -> np.ndarray:
    """Whom the registry can call unable to work on `day`."""
    return (people.labour >= INCAPABLE) | (people.incapable_from <= day)
