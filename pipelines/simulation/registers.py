"""What registers say of people and their work: rows of the feeds, each with the day its delivery is dated (`known`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulation.people import LABOUR, MONITORED, NO_LABOUR, STUDIES, WEAK, People, numbered
from pipelines.simulation.posts import Posts
from pipelines.simulation.words import CHANNELS, RELATIONS, SCHEMES, SKILLS, SOURCES, TRADES
from pipelines.simulation.work import OWN_BUSINESS, Employers, Spells, incapable
from pipelines.simulation.world import NEVER, Chance, World, dates, first_day, gather, month_of, months, yes_no

#: Every so many days a cadre asks whether a job goes on.
VERIFIED_EVERY = 100


@dataclass(frozen=True)
class Lives:
    """The truth of one county."""

    world: World
    people: People
    staff: Employers
    work: Spells
    held: Posts

    def chance(self, purpose: int) -> Chance:
        return Chance(self.world.seed, self.people.county.number, purpose)

    def lag(self, chance: Chance, n: int, mean: float) -> np.ndarray:
        """n × days (at least one) from an event to the delivery that tells it."""
        return 1 + (chance.days(n, mean) * self.world.lateness).astype(np.int64)

    def told(self, chance: Chance, n: int, untold: float | np.ndarray) -> np.ndarray:
        """n × whether an event is told at all; `untold` is the share that is not, at the ordinary scale of faults."""
        return ~chance.yes(n, untold * self.world.faults)

    def who(self, person: np.ndarray) -> dict[str, pl.Series]:
        return {"name": gather(self.people.name, person), "id_number": gather(self.people.id_number, person)}


def frame(columns: dict, known: np.ndarray) -> pl.DataFrame:
    """Rows in the order of the days they are known on."""
    return pl.DataFrame(columns | {"known": known}).sort("known", maintain_order=True)


def registry(lives: Lives, day: int) -> pl.DataFrame:
    """The county's register of people as it stands on `day`."""
    p, chance = lives.people, lives.chance(1000 + day)
    forgotten = chance.yes(len(p), 0.001 * lives.world.faults) if day > lives.world.start else np.zeros(len(p), bool)
    there = (np.arange(len(p)) < p.registered) & (p.joins <= day) & (day < p.leaves) & ~forgotten
    i = np.flatnonzero(there)
    once = lives.chance(10)
    site, skill, trade, contact, said = (once.share(len(p))[i] for _ in range(5))
    monitored = np.where(p.monitored_from[i] <= day, p.monitored[i], -1)
    cleared = np.where(monitored < 0, -1, np.where(p.cleared_from[i] <= day, 1, np.where(said < 0.5, 0, -1)))
    labour = np.where(incapable(p, day)[i] & (p.labour[i] <= WEAK), WEAK + 1, p.labour[i])
    workable = labour < NO_LABOUR
    return pl.DataFrame(
        {
            "household_no": p.household_no(i),
            "name": gather(p.name, i),
            "id_number": gather(p.id_number, i),
            "relation": gather(RELATIONS, p.relation[i]),
            "village_code": gather(p.village, i),
            "household_type": gather(["脱贫户", "一般农户"], p.general[i].astype(np.int64)),
            "monitor_category": gather(MONITORED, monitored),
            "risk_cleared": yes_no(cleared),
            "low_income": gather(["低保", "特困", "低保边缘"], p.low_income[i]),
            "labour": gather(LABOUR, labour),
            "student": gather(STUDIES, p.student[i]),
            "willing": yes_no(np.where(workable, p.willing[i], -1)),
            "relocated": yes_no(np.where(p.relocated[i], 1, np.where(said < 0.8, 0, -1))),
            "site_code": gather(
                [f"AZ{lives.people.county.code}{k:02d}" for k in range(20)],
                np.where(p.relocated[i], (site * 20).astype(np.int64), -1),
            ),
            "skill": gather(SKILLS, np.where((labour == 1) & workable, (skill * len(SKILLS)).astype(np.int64), -1)),
            "wanted_trade": gather(
                TRADES, np.where(workable & (trade < 0.3), (trade / 0.3 * len(TRADES)).astype(np.int64), -1)
            ),
            "wanted_place": gather(
                ["本县", "省内", "浙江", "江苏", "上海"],
                np.where(workable & (trade < 0.3), (site * 5).astype(np.int64), -1),
            ),
            "contact": gather(p.name, (contact * 97).astype(np.int64) % len(p)),
        }
    )


def employment(lives: Lives) -> pl.DataFrame:
    """Versions of the records of work: entered, verified now and then, ended, corrected."""
    s, world, chance = lives.work, lives.world, lives.chance(11)
    n = len(s)
    entered = s.start + lives.lag(chance, n, 8)
    ended = np.where(s.end < NEVER, np.maximum(s.end + lives.lag(chance, n, 10), entered), NEVER)
    # Nobody comes to tell the ledger of work that an own business was given up.
    recorded, told = lives.told(chance, n, 0.01), lives.told(chance, n, np.where(s.channel == OWN_BUSINESS, 0.35, 0.07))
    # An end that nobody told is set when the next work is entered.
    follows = np.r_[s.person[1:] == s.person[:-1], False] & np.r_[recorded[1:], False]
    found_out = np.where(follows, np.maximum(np.r_[entered[1:], NEVER], s.end + 1), NEVER)
    ended = np.where(told, ended, np.where(s.end < NEVER, np.maximum(found_out, entered), NEVER))
    neglected = ~lives.told(chance, n, 0.03)
    wrong_end = ~lives.told(chance, n, 0.03)
    phase, draw = chance.below(n, VERIFIED_EVERY), chance.share(n)
    versions: list[tuple[np.ndarray, ...]] = []  # spell, known, updated, whether the end is told, days it is off

    def add(there: np.ndarray, known: np.ndarray, updated: np.ndarray, ends: np.ndarray, off: int = 0) -> None:
        i = np.flatnonzero(there & recorded & (known <= world.end))
        versions.append((i, np.maximum(known, world.start)[i], updated[i], ends[i], np.full(len(i), off)))

    first = entered <= world.start
    cap = np.minimum(world.start - 1, s.end)
    seen = cap - (cap - phase) % VERIFIED_EVERY
    verified = np.where((seen > entered) & ~neglected, seen, entered - 1)
    over = ended <= world.start
    add(first, entered, np.where(over, ended - 1, verified), over)
    add(~first, entered, entered - 1, ended <= entered)
    for turn in range((world.end - world.start) // VERIFIED_EVERY + 2):
        on = world.start + (phase - world.start) % VERIFIED_EVERY + turn * VERIFIED_EVERY
        asked = (on > entered) & (on <= s.end) & (on + 1 < ended) & ~neglected & (on + 1 > world.start)
        add(asked, on + 1, on, np.zeros(n, bool))
    late = (ended > world.start) & (ended > entered)
    add(late & wrong_end, ended, ended - 1, late, 15)
    add(late & wrong_end, ended + 6, ended + 5, late)
    add(late & ~wrong_end, ended, ended - 1, late)
    i, known, updated, ends, off = (np.concatenate(part) for part in zip(*versions, strict=True))
    at = s.employer[i]
    uninsured = (at < 0) & (s.channel[i] != 1)
    names = gather(
        lives.staff.name, np.where(at >= 0, at, np.where(uninsured, (draw[i] * len(lives.staff)).astype(np.int64), -1))
    )
    code = np.where((at >= 0) & (draw[i] < 0.9), at, -1)
    own = np.flatnonzero(s.channel[i] == OWN_BUSINESS)
    codes = gather(lives.staff.code, code)
    codes = codes.scatter(own, uscc(lives.people, i[own])) if len(own) else codes
    order = np.argsort(known, kind="stable")
    table = pl.DataFrame(
        {
            "record_no": numbered(f"WG{lives.people.county.code}", i, 8),
            **lives.who(s.person[i]),
            "channel": gather(CHANNELS, s.channel[i]),
            "employer_name": names,
            "employer_code": codes,
            "work_region": gather(s.region(lives.people.county.code), i),
            "started_on": dates(s.start[i]),
            "ended_on": dates(np.where(ends, np.maximum(s.end[i] - off, s.start[i]), NEVER)),
            "monthly_wage": pl.Series(np.where(draw[i] < 0.8, s.wage[i], -1)).cast(pl.String).replace({"-1": None}),
            "updated_on": dates(updated),
            "known": known,
        }
    )
    return table[order]


def uscc(people: People, business: np.ndarray) -> pl.Series:
    """The codes, 18 characters, of people's own businesses by number: a spell's, or above those a post's."""
    return numbered(f"92{people.county.code}", business, 10)


def insurance(lives: Lives) -> pl.DataFrame:
    """Contributions of fourteen months and of those after, a row a scheme; and the end of a cover."""
    world, people, s = lives.world, lives.people, lives.work
    chance = lives.chance(12)
    i = np.flatnonzero(s.insured)
    span = np.arange(world.first_month, world.last_month + 1)
    active = (month_of(s.start[i])[:, None] <= span) & (span <= month_of(np.minimum(s.end[i], world.end))[:, None])
    row, column = np.nonzero(active)
    spell, period = i[row], span[column]
    n = len(spell)
    employer = s.employer[spell]
    late = chance.yes(n, 0.06) * (30 * world.lateness)
    known = first_day(period + 1) + 3 + (employer * 7 + people.county.number * 5) % 22 + late.astype(np.int64)
    owed = period >= lives.staff.arrears_from[employer]
    corrected = ~owed & chance.yes(n, 0.004 * world.faults)
    paid = np.where(owed | corrected, 2, np.where(late > 0, 1, 0))
    again = np.flatnonzero(corrected)

    ended = i[(s.end[i] < NEVER) & (s.end[i] >= world.horizon)]
    stops = ended[lives.told(chance, len(ended), 0.1)]
    m = len(stops)
    died = people.died[s.person[stops]] == s.end[stops]
    reason = np.where(died, 3, chance.pick(m, [0.35, 0.45, 0.2]))
    stopped = s.end[stops] + 2 + lives.lag(chance, m, 9)

    spells_ = np.concatenate([spell, spell[again], stops])
    table = {
        "spell": spells_,
        "period": np.concatenate([period, period[again], month_of(s.end[stops]) + 1]),
        "payment": np.concatenate([paid, np.full(len(again), 1), np.full(m, -1)]),
        "state": np.concatenate([np.zeros(n + len(again), np.int64), 1 + chance.yes(m, 0.2)]),
        "reason": np.concatenate([np.full(n + len(again), -1), reason]),
        "known": np.concatenate([known, known[again] + 14, stopped]),
    }
    worker = _contributions(lives, table)
    return pl.concat([worker, _residents(lives, chance)]).sort("known", maintain_order=True)


def _contributions(lives: Lives, table: dict[str, np.ndarray]) -> pl.DataFrame:
    s, world = lives.work, lives.world
    there = np.flatnonzero(table["known"] <= world.end)
    there = there[np.argsort(table["known"][there], kind="stable")]
    table = {name: np.repeat(values[there], 3) for name, values in table.items()}
    spell, paying = table["spell"], table["state"] == 0
    employer = s.employer[spell]
    return pl.DataFrame(
        {
            **{k: v for k, v in reversed(lives.who(s.person[spell]).items())},
            "scheme": gather(SCHEMES, np.tile(np.arange(3), len(there))),
            "employer_no": gather(lives.staff.number, employer),
            "employer_name": gather(lives.staff.name, employer),
            "employer_code": gather(lives.staff.code, employer),
            "payer": gather(["单位职工"], np.zeros(len(spell), np.int64)),
            "period": months(table["period"]),
            "payment": gather(["正常缴费", "补缴", "欠费"], table["payment"]),
            "state": gather(["参保缴费", "暂停缴费", "终止缴费"], table["state"]),
            "stop_reason": gather(["本人辞职", "解除劳动合同", "单位停产", "死亡"], table["reason"]),
            "paid_on": dates(np.where(paying & (table["payment"] != 2), table["known"] - 1, NEVER)),
            "known": np.maximum(table["known"], world.start),
        }
    )


def _residents(lives: Lives, chance: Chance) -> pl.DataFrame:
    """What people pay for themselves: a row a year for pension and health, a row a month for a few."""
    world, people = lives.world, lives.people
    age = people.age(world.start)
    n = len(people)
    living = (np.arange(n) < people.registered) & (people.died == NEVER)
    parts = []
    span = np.arange(world.first_month, world.last_month + 1)
    for scheme, share, adults, monthly in ((4, 0.55, False, False), (3, 0.6, True, False), (0, 0.03, True, True)):
        who = np.flatnonzero(living & chance.yes(n, share) & (~adults | ((age >= 18) & (age < 60))))
        periods = span if monthly else span[span % 12 == 0]
        person, period = np.repeat(who, len(periods)), np.tile(periods, len(who))
        known = first_day(period + 1) + 2 + chance.below(len(person), 20)
        parts.append((person, np.full(len(person), scheme), period, known))
    person, scheme, period, known = (np.concatenate(part) for part in zip(*parts, strict=True))
    there = np.flatnonzero(known <= world.end)
    person, scheme, period, known = person[there], scheme[there], period[there], known[there]
    nothing = pl.Series([None] * 1, dtype=pl.String).new_from_index(0, len(there))
    zero = np.zeros(len(there), np.int64)
    return pl.DataFrame(
        {
            **{k: v for k, v in reversed(lives.who(person).items())},
            "scheme": gather(SCHEMES, scheme),
            "employer_no": nothing,
            "employer_name": nothing,
            "employer_code": nothing,
            "payer": gather(["个体缴费"], zero),
            "period": months(period),
            "payment": gather(["正常缴费"], zero),
            "state": gather(["参保缴费"], zero),
            "stop_reason": nothing,
            "paid_on": dates(known - 1),
            "known": np.maximum(known, world.start),
        }
    )


def jobseekers(lives: Lives, lost: pl.DataFrame) -> pl.DataFrame:
    """Registrations of some who lost work; cancelled, as a rule, when they work again."""
    chance, world = lives.chance(13), lives.world
    n = lost.height
    registered = lost["lost_on"].to_numpy() + 5 + chance.days(n, 12)
    back = lost["back_on"].to_numpy()
    there = chance.yes(n, 0.2) & (registered < back)
    told = registered + lives.lag(chance, n, 3)
    cancelled = np.where(chance.yes(n, 0.8), back, NEVER)
    told_end = np.where(cancelled < NEVER, np.maximum(cancelled + lives.lag(chance, n, 6), told), NEVER)
    opened = np.flatnonzero(there & (told <= world.end) & (told_end > world.start))
    closed = np.flatnonzero(there & (told_end <= world.end))
    i = np.concatenate([opened, closed])
    end = np.concatenate([np.full(len(opened), NEVER), cancelled[closed]])
    known = np.concatenate([told[opened], told_end[closed]])
    who = lives.who(lost["person"].to_numpy()[i])
    return frame(
        {
            "id_number": who["id_number"],
            "name": who["name"],
            "registered_on": dates(registered[i]),
            "cancelled_on": dates(end),
        },
        np.maximum(known, world.start),
    )


def deaths(lives: Lives) -> pl.DataFrame:
    """Deaths by the sources that tell them, each in its own time."""
    chance, people, world = lives.chance(14), lives.people, lives.world
    dead = np.flatnonzero(people.died <= world.end)
    parts = []
    for source, (share, mean) in enumerate(((0.8, 10), (0.4, 25), (0.3, 6), (0.25, 40))):
        there = chance.yes(len(dead), share)
        known = people.died[dead] + lives.lag(chance, len(dead), mean)
        keep = np.flatnonzero(there & (known <= world.end))
        parts.append((dead[keep], np.full(len(keep), source), known[keep]))
    person, source, known = (np.concatenate(part) for part in zip(*parts, strict=True))
    who = lives.who(person)
    return frame(
        {
            "id_number": who["id_number"],
            "name": who["name"],
            "died_on": dates(people.died[person]),
            "source": gather(SOURCES, source),
        },
        np.maximum(known, world.start),
    )


def enterprises(lives: Lives) -> pl.DataFrame:
    """Businesses of those who work in their own, closed some time after their work ended; and of post holders."""
    chance, world, s, held = lives.chance(15), lives.world, lives.work, lives.held
    own = np.flatnonzero(s.channel == OWN_BUSINESS)
    wrong = held.has("post_business_owner")
    person = np.concatenate([s.person[own], held.person[wrong]])
    business = np.concatenate([own, len(s) + wrong])
    since = np.concatenate([s.start[own], held.wrong_from[wrong]])
    until = np.concatenate([s.end[own], np.full(len(wrong), NEVER)])
    # Of some the business is closed and the ledger of work does not know it.
    unknown = chance.yes(len(person), 0.003) & (until == NEVER) & (np.arange(len(person)) < len(own))
    lately = world.start - 60 + chance.below(len(person), world.end - world.start + 60)
    closed = np.where(unknown, lately, until)
    known_open, known_closed = since + lives.lag(chance, len(person), 10), closed + lives.lag(chance, len(person), 10)
    opened = np.flatnonzero((known_open <= world.end) & (known_closed > world.start))
    shut = np.flatnonzero((closed < NEVER) & (known_closed <= world.end) & (closed > since))
    i = np.concatenate([opened, shut])
    status = np.concatenate([np.zeros(len(opened), np.int64), 1 + chance.yes(len(shut), 0.2)])
    who = lives.who(person[i])
    return frame(
        {
            "id_number": who["id_number"],
            "name": who["name"],
            "uscc": uscc(lives.people, business[i]),
            "entity_name": who["name"] + "经营部",
            "status": gather(["存续", "注销", "吊销"], status),
            "registered_on": dates(since[i]),
        },
        np.maximum(np.concatenate([known_open[opened], known_closed[shut]]), world.start),
    )


def payroll(lives: Lives) -> pl.DataFrame:
    """Village cadres and others paid from the budget; and holders of posts who are."""
    chance, world, people, held = lives.chance(16), lives.world, lives.people, lives.held
    age = people.age(world.start)
    cadre = np.flatnonzero((age >= 25) & (age < 60) & chance.yes(len(people), 0.003) & (people.died == NEVER))
    wrong = held.has("post_public_payroll")
    cadre = np.setdiff1d(cadre, held.person)
    person = np.concatenate([cadre, held.person[wrong]])
    since = np.concatenate([world.horizon - chance.below(len(cadre), 2000), held.wrong_from[wrong]])
    known = since + lives.lag(chance, len(person), 15)
    there = np.flatnonzero(known <= world.end)
    person, since, known = person[there], since[there], known[there]
    who = lives.who(person)
    employer = chance.below(len(person), 3)
    # The village committee employs holders of posts too, and its payroll would say nothing against them.
    employer = np.where((there >= len(cadre)) & (employer == 0), 1, employer)
    return frame(
        {
            "id_number": who["id_number"],
            "name": who["name"],
            "kind": gather(["财政供养", "村干部"], chance.pick(len(person), [0.2, 0.8])),
            "employer_name": gather(["村民委员会", "乡镇人民政府", "中心学校"], employer),
            "from_on": dates(since),
            "to_on": dates(np.full(len(person), NEVER)),
        },
        np.maximum(known, world.start),
    )


def field_reports(lives: Lives, lost: pl.DataFrame) -> pl.DataFrame:
    """What cadres report from the village: lost work, posts nobody works on, other things."""
    chance, world, held = lives.chance(17), lives.world, lives.held
    jobs = lost.filter(pl.Series(chance.yes(lost.height, 0.12)))
    wrong = held.has("post_field_reported_absent")
    other = chance.below(max(len(lives.people) // 2000, 1), lives.people.registered)
    person = np.concatenate([jobs["person"].to_numpy(), held.person[wrong], other])
    on = np.concatenate(
        [
            jobs["lost_on"].to_numpy() + 3 + chance.days(jobs.height, 5),
            held.wrong_from[wrong] + 3,
            world.start - 60 + chance.below(len(other), world.end - world.start + 60),
        ]
    )
    kind = np.concatenate([chance.below(jobs.height, 2), 2 + chance.below(len(wrong), 2), np.full(len(other), 4)])
    number = np.arange(len(person))
    known = on + lives.lag(chance, len(person), 2)
    i = np.flatnonzero(known <= world.end)
    return frame(
        {
            "report_no": numbered(f"ZF{lives.people.county.code}", number[i], 7),
            **lives.who(person[i]),
            "reported_on": dates(on[i]),
            "kind": gather(["失业", "返乡", "空岗", "顶岗", "其他"], kind[i]),
            "note": gather(["走访时了解", "邻居反映", "电话核实"], kind[i] % 4 - 1),
        },
        np.maximum(known[i], world.start),
    )
