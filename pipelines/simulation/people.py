"""Households and persons of a county, and what becomes of them: born, registered, monitored, dead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulation.words import GIVEN, MARRIED_IN_FROM, SURNAMES, WITH_DOT
from pipelines.simulation.world import NEVER, Chance, World, birthday, gather, month_of
from pipelines.staging.resident_id import texts

(ORDINARY, SKILLED, WEAK, INCAPABLE, NO_LABOUR) = range(5)
LABOUR = ["普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力"]
MONITORED = ["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"]
STUDIES = ["非在校生", "小学", "初中", "高中", "大专", "本科"]

#: How many serial numbers of a birth date, place and sex the registry may use; outsiders get those above.
SERIALS = 100


@dataclass(frozen=True)
class County:
    """A county of the reference tables: its number among all of them and its townships' codes."""

    code: str
    number: int
    townships: list[str]


@dataclass
class People:
    """The people of a county, one place of each array a person: first those registered, then outsiders.

    Outsiders stand in no registry; some hold a post all the same.
    """

    county: County
    registered: int
    id_number: pl.Series
    name: pl.Series
    male: np.ndarray
    born: np.ndarray
    died: np.ndarray
    household: np.ndarray
    relation: np.ndarray
    village: pl.Series
    general: np.ndarray  # 一般农户 (of a household)
    monitored: np.ndarray  # index into MONITORED, −1 none
    monitored_from: np.ndarray
    cleared_from: np.ndarray
    low_income: np.ndarray
    labour: np.ndarray
    incapable_from: np.ndarray
    student: np.ndarray  # index into STUDIES, −1 nothing said
    willing: np.ndarray
    relocated: np.ndarray
    joins: np.ndarray
    leaves: np.ndarray

    def __len__(self) -> int:
        return len(self.born)

    def age(self, day: int) -> np.ndarray:
        """Full years on `day`."""
        years = (month_of(np.array([day])) - month_of(self.born)) // 12
        return years - (birthday(self.born, years) > day)

    def household_no(self, index: np.ndarray) -> pl.Series:
        """The household's number; outsiders have none of their own in the registry."""
        return numbered(f"H{self.county.code}", self.household[index], 7)

    def account(self, index: np.ndarray) -> pl.Series:
        """The bank account of a person."""
        return numbered(f"6217{self.county.code}", index, 9)


def numbered(prefix: str, values: np.ndarray, width: int) -> pl.Series:
    """Texts like `prefix` and the number with leading zeros."""
    return pl.select(pl.lit(prefix) + pl.Series(values).cast(pl.String).str.zfill(width)).to_series()


def people(world: World, county: County, n: int) -> People:
    """n registered people of a county and, beside them, one outsider for each 200."""
    chance = Chance(world.seed, county.number, 1)
    outsiders = max(n // 200, 1)
    size = 1 + chance.pick(n, [0.27, 0.3, 0.18, 0.14, 0.07, 0.04])
    size = size[: np.searchsorted(np.cumsum(size), n) + 1]
    household = np.repeat(np.arange(len(size)), size)[:n]
    first = np.r_[0, np.cumsum(size)[:-1]]
    member = np.arange(n) - first[household]
    homes = len(size)

    age, relation = _ages(chance, member, household, homes)
    male = np.where(member == 0, chance.yes(n, 0.78), chance.yes(n, 0.5))
    spouse = relation == 1
    male[spouse] = ~male[first[household[spouse]]]

    household = np.r_[household, homes + np.arange(outsiders)]
    age = np.r_[age, 25 + 45 * chance.share(outsiders)]
    male = np.r_[male, chance.yes(outsiders, 0.5)]
    relation = np.r_[relation, np.zeros(outsiders, np.int64)]
    total = n + outsiders
    born = world.start - (age * 365.2425).astype(np.int64) - 1
    died = _died(chance, world, born)

    homes += outsiders
    village_of_home = _villages(chance, county, homes)
    general = chance.yes(homes, 0.12)
    unstable = chance.yes(homes, 0.045)
    monitored = np.where(general, 1 + chance.yes(homes, 0.25), np.where(unstable, 0, -1))
    newly = ~general & unstable & chance.yes(homes, 0.08)
    monitored_from = np.where(newly, world.horizon + chance.below(homes, world.end - world.horizon + 1), 0)
    cleared = (monitored >= 0) & ~newly & chance.yes(homes, 0.55)
    cleared_from = np.where(cleared, world.start - 300 + chance.days(homes, 200), NEVER)
    low_income = np.where(chance.yes(homes, 0.22), chance.pick(homes, [0.7, 0.15, 0.15]), -1)
    relocated = chance.yes(homes, 0.05)

    labour = _labour(chance, age)
    student = _students(chance, age)
    labour = np.where((labour == NO_LABOUR) | (student <= 0), labour, ORDINARY)
    willing = np.where(chance.yes(total, 0.06), 0, np.where(chance.yes(total, 0.12), 1, -1))
    leaves = np.where(died < NEVER, np.maximum(died + 30 + chance.days(total, 60), world.start + 1), NEVER)
    joins = np.where(chance.yes(total, 0.004), world.start + 1 + chance.below(total, 90), 0)
    incapable_from = np.where(
        (labour <= WEAK) & chance.yes(total, 0.003), world.horizon + chance.below(total, 600), NEVER
    )
    return People(
        county=county,
        registered=n,
        id_number=_id_numbers(chance, county, born, male, n),
        name=_names(chance, household, relation, homes),
        male=male,
        born=born,
        died=died,
        household=household,
        relation=relation,
        village=gather(village_of_home, household),
        general=general[household],
        monitored=monitored[household],
        monitored_from=monitored_from[household],
        cleared_from=cleared_from[household],
        low_income=low_income[household],
        labour=labour,
        incapable_from=incapable_from,
        student=student,
        willing=willing,
        relocated=relocated[household],
        joins=joins,
        leaves=leaves,
    )


def _ages(chance: Chance, member: np.ndarray, household: np.ndarray, homes: int) -> tuple[np.ndarray, np.ndarray]:
    """Ages in years (float) and relations to the head, by the place in the household."""
    n = len(member)
    head = (30 + 52 * chance.numbers.beta(2.4, 2.2, homes))[household]
    draw, kind = chance.share(n), chance.share(n)
    spouse = (member == 1) & (kind < 0.85)
    parent = (member >= 1) & ~spouse & (head < 50) & (kind < 0.3)
    grandchild = (member >= 2) & ~parent & (head > 58) & (kind < 0.45)
    age = head - 21 - 11 * draw  # a child
    age = np.where(grandchild, head - 46 - 12 * draw, age)
    age = np.where(parent, head + 21 + 9 * draw, age)
    age = np.where(spouse, head - 5 + 8 * draw, age)
    age = np.where(member == 0, head, age)
    age = np.where(spouse | (member == 0), np.maximum(age, 21), age)
    relation = np.select([member == 0, spouse, parent], [0, 1, 3], 2)
    return np.clip(age, 0.2, 97), relation


def _died(chance: Chance, world: World, born: np.ndarray) -> np.ndarray:
    age = (world.start - born) / 365.2425
    yearly = 0.0004 * np.exp((age - 30) * 0.08)
    died = world.horizon + chance.days(len(born), 365 / yearly)
    return np.where((died <= world.end) & (died > born), died, NEVER)


def _villages(chance: Chance, county: County, homes: int) -> list[str]:
    """The village code of each household: a few villages of each township."""
    villages = int(np.clip(homes // (120 * len(county.townships)) + 1, 2, 30))
    township = chance.below(homes, len(county.townships))
    village = 201 + chance.below(homes, villages)
    return [f"{county.townships[t]}{v:03d}" for t, v in zip(township.tolist(), village.tolist(), strict=True)]


def _labour(chance: Chance, age: np.ndarray) -> np.ndarray:
    n = len(age)
    young = chance.pick(n, [0.72, 0.13, 0.1, 0.05])
    old = np.array([ORDINARY, WEAK, INCAPABLE, NO_LABOUR])[chance.pick(n, [0.2, 0.4, 0.05, 0.35])]
    return np.where((age < 16) | (age >= 75), NO_LABOUR, np.where(age < 60, young, old))


def _students(chance: Chance, age: np.ndarray) -> np.ndarray:
    level = np.select([age < 6, age < 12, age < 15, age < 18.5, age < 20.5, age < 22.5], [-1, 1, 2, 3, 4, 5], -1)
    studies = (age < 15.5) | chance.yes(len(age), np.where(age < 18.5, 0.85, 0.45))
    said = np.where(chance.yes(len(age), 0.5), 0, -1)  # 非在校生, or nothing
    return np.where((level > 0) & studies, level, said)


def _id_numbers(chance: Chance, county: County, born: np.ndarray, male: np.ndarray, registered: int) -> pl.Series:
    """Valid 18-character numbers, no two alike: place, birth date, a serial by sex, check character."""
    total = len(born)
    origin = MARRIED_IN_FROM[county.number % len(MARRIED_IN_FROM)]
    elsewhere = int(f"{origin}{21 + county.number // len(MARRIED_IN_FROM):02d}")
    place = np.where(chance.yes(total, 0.06), elsewhere, int(county.code))
    outsider = np.arange(total) >= registered
    day = born.astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    month = month_of(born) % 12 + 1
    digits = (
        year * 10000 + month * 100 + born - day.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1
    )
    frame = pl.DataFrame({"place": place, "born": digits, "male": male, "outsider": outsider})
    rank = frame.select(pl.int_range(pl.len()).over("place", "born", "male", "outsider")).to_series().to_numpy()
    if rank.max() >= SERIALS:
        raise ValueError(f"more than {SERIALS} people of one county, birth date and sex")
    serial = ((digits * 7919 + 13) % SERIALS + rank + np.where(outsider, 2 * SERIALS, 0)) * 2 + male
    return texts(pl.Series(place * 10**11 + digits * 1000 + serial))


def _names(chance: Chance, household: np.ndarray, relation: np.ndarray, homes: int) -> pl.Series:
    """A household shares the head's surname, but for who married in."""
    n = len(household)
    own, of_head = chance.below(n, len(SURNAMES)), chance.below(homes, len(SURNAMES))[household]
    surname = np.where(relation == 1, own, of_head)
    second = np.where(chance.yes(n, 0.65), chance.below(n, len(GIVEN)), len(GIVEN))
    given, last = [*GIVEN, ""], len(GIVEN)
    names = gather(SURNAMES, surname) + gather(GIVEN, chance.below(n, last)) + gather(given, second)
    rare = np.flatnonzero(chance.yes(n, 0.001))
    return names.scatter(rare, gather(WITH_DOT, chance.below(len(rare), len(WITH_DOT)))) if len(rare) else names
