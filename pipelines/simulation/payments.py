"""Ledgers of posts and what is paid: rows of the feeds with the day they are known, and which payments are wrong."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulation.people import WEAK, numbered
from pipelines.simulation.registers import Lives, frame
from pipelines.simulation.words import DEPARTMENTS, FUNDING, POST_TYPES
from pipelines.simulation.world import NEVER, birthday, dates, first_day, gather, month_of, months

#: A subsidy is paid for so many months back to whoever is over the term.
LONG_HISTORY = 44


def wrong_rows(
    rule: str | list[str], key: pl.Series, since: np.ndarray, until: np.ndarray | None = None
) -> pl.DataFrame:
    """Rows of the truth: `rule`, `key` (as in `fanpin export warnings`), the days from and to which it is so."""
    rules = pl.Series([rule] * len(key), dtype=pl.String) if isinstance(rule, str) else pl.Series(rule, dtype=pl.String)
    until = np.full(len(key), NEVER) if until is None else until
    return pl.DataFrame({"rule": rules, "key": key, "since": dates(since), "until": dates(until)})


def ledger(lives: Lives, day: int) -> pl.DataFrame:
    """The county's ledger of posts as it stands on `day`, those who have left included; and `department`."""
    held, people = lives.held, lives.people
    chance = lives.chance(20)
    n = len(held)
    entered, left = held.start + lives.lag(chance, n, 4), held.end + lives.lag(chance, n, 6)
    unnamed = chance.yes(n, 0.6)
    if day == lives.world.start:
        entered = held.start
    i = np.flatnonzero(entered <= day)
    whole_years = (month_of(np.array([day + 35])) - month_of(held.start)) // 12
    years = whole_years - (birthday(held.start, np.maximum(whole_years, 0)) > day + 35)
    years = np.maximum(years, 0)
    begins, ends = birthday(held.start, years), birthday(held.start, years + 1) - 1
    insured_to = ends.copy()
    number = np.arange(n)
    for rule in ("post_contract_expired", "post_insurance_missing"):
        at = held.has(rule)
        over = at[held.wrong_from[at] <= day + 200]
        if rule == "post_contract_expired":
            ends[over] = held.wrong_from[over] - 1
            begins[over] = np.minimum(ends[over] - 364, ends[over])
        else:
            insured_to[over] = held.wrong_from[over] - 1
    at = held.has("post_insurance_missing")
    unknown = at[unnamed[at] & (held.wrong_from[at] <= day)]
    number[unknown], insured_to[unknown] = -1, NEVER
    at = held.has("post_contract_too_long")
    ends[at] = birthday(begins[at], 3)
    at = held.has("post_contract_missing")
    begins[at], ends[at] = NEVER, NEVER
    off = np.where((held.end < NEVER) & (left <= day), held.end, NEVER)[i]
    died = people.died[held.person[i]] <= off
    return pl.DataFrame(
        {
            "post_no": gather(held.post_no(people), i),
            "post_type": gather(POST_TYPES, held.kind[i]),
            "department": gather(DEPARTMENTS, held.department[i]),
            "funding": gather(FUNDING, held.funding[i]),
            "employer_name": gather(["村民委员会"], np.zeros(len(i), np.int64)),
            "employer_code": pl.Series([None], dtype=pl.String).new_from_index(0, len(i)),
            "village_code": gather(people.village, held.person[i]),
            **lives.who(held.person[i]),
            "on_post_from": dates(held.start[i]),
            "off_post_on": dates(off),
            "off_reason": gather(["协议期满", "死亡"], np.where(off < NEVER, died.astype(np.int64), -1)),
            "contract_from": dates(begins[i]),
            "contract_to": dates(ends[i]),
            "accident_policy_no": numbered("YW", np.maximum(number[i], 0), 8).scatter(
                np.flatnonzero(number[i] < 0), None
            ),
            "accident_insured_to": dates(insured_to[i]),
            "monthly_standard": held.standard[i],
        }
    )


def subsidies(lives: Lives) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Monthly payments to holders of posts, and the truth of those that are wrong or missing."""
    world, people, held = lives.world, lives.people, lives.held
    chance = lives.chance(21)
    span = np.arange(world.first_month - LONG_HISTORY, world.last_month)
    begun, over = month_of(held.start), month_of(np.minimum(held.end, world.end))
    ghost = (held.end < NEVER) & chance.yes(len(held), 0.05)
    paid_to = over + np.where(ghost, 2, 0)
    long = np.zeros(len(held), bool)
    long[held.has("post_term_exceeded")] = True
    paid = (begun[:, None] <= span) & (span <= paid_to[:, None]) & ((span >= world.first_month) | long[:, None])
    wrong_month = month_of(held.wrong_from)
    unpaid = np.zeros(len(held), bool)
    unpaid[held.has("subsidy_unpaid")] = True
    whole = (held.start < first_day(wrong_month)) & unpaid
    paid &= ~(unpaid[:, None] & (span == wrong_month[:, None]))
    post, column = np.nonzero(paid)
    period = span[column]
    variant = np.zeros(len(post), np.int64)

    twice = np.isin(post, held.has("subsidy_duplicate")) & (period == wrong_month[post])
    returned = chance.yes(len(post), 0.006)
    extra = np.flatnonzero(twice | returned)
    kind = np.concatenate([np.where(returned, 1, 0), np.where(twice[extra], 2, 3)])  # 1 returned, 2 twice, 3 repaid
    post, period = np.concatenate([post, post[extra]]), np.concatenate([period, period[extra]])
    variant = np.concatenate([variant, np.ones(len(extra), np.int64)])
    person = held.person[post]

    # Some are paid for a post that never was theirs.
    strangers = np.flatnonzero(chance.yes(len(held), 0.0006))
    never = chance.below(len(strangers), people.registered)
    never = np.where(np.isin(never, held.person), -1, never)
    strangers, never = strangers[never >= 0], never[never >= 0]
    post = np.concatenate([post, strangers])
    period = np.concatenate([period, np.full(len(strangers), world.last_month - 2)])
    person = np.concatenate([person, never])
    variant = np.concatenate([variant, np.full(len(strangers), 2)])
    kind = np.concatenate([kind, np.full(len(strangers), 4)])

    n = len(post)
    amount = held.standard[post].copy()
    since = period >= wrong_month[post]
    high = np.isin(post, held.has("subsidy_over_standard")) & since
    amount = np.where(high, amount + 200, amount)
    absent = np.isin(post, held.has("subsidy_without_attendance")) & (period == wrong_month[post])
    late = np.where(chance.yes(n, 0.005), 30 * world.lateness, 0).astype(np.int64)
    delay = np.where(kind == 3, 12, 0) + late
    paid_on = first_day(period + 1) + 3 + people.county.number % 8 + delay
    known = paid_on + lives.lag(chance, n, 1)
    shares = held.has("subsidy_account_shared")
    other = held.person[(shares + 1) % max(len(held), 1)]
    head = _heads(people.household)
    family = chance.yes(len(people), 0.25)
    owner = np.where(family, head, np.arange(len(people)))
    apart = people.household[other] != people.household[held.person[shares]]
    owner[held.person[shares][apart]] = owner[other[apart]]
    required = 20 + chance.below(n, 4)
    number = (held.number[post] * 128 + period - span[0]) * 4 + variant
    table = pl.DataFrame(
        {
            "payment_no": numbered(f"BT{people.county.code}", number, 10),
            "post_no": gather(held.post_no(people), post),
            "county_code": gather([people.county.code], np.zeros(n, np.int64)),
            **lives.who(person),
            "period": months(period),
            "required_days": required,
            "attended_days": np.where(absent, 0, required - chance.below(n, 3)),
            "amount": amount,
            "paid_on": dates(paid_on),
            "bank_account": people.account(owner[person]),
            "status": gather(["退回", "成功"], np.where(kind == 1, 0, np.where(chance.yes(n, 0.6), 1, -1))),
        }
    )
    counts = kind != 1
    ids = table["id_number"]
    key = ids + "|" + table["period"]
    outside = counts & ((period > over[post]) | (kind == 4))
    after = counts & (period > month_of(np.minimum(people.died[person], NEVER)))
    truth = [
        wrong_rows(rule, key.filter(pl.Series(mask)), known[mask])
        for rule, mask in (
            ("subsidy_without_post", outside),
            ("subsidy_after_death", after),
            ("subsidy_over_standard", counts & high),
            ("subsidy_over_cap", counts & (amount > 2060)),
            ("subsidy_without_attendance", counts & absent),
        )
    ]
    # Paid twice: on purpose, or for two posts held at once.
    paid_to = pl.DataFrame({"key": key, "known": known}).filter(pl.Series(counts)).sort("known", maintain_order=True)
    again = paid_to.filter(pl.int_range(pl.len()).over("key") == 1)
    truth.append(wrong_rows("subsidy_duplicate", again["key"], again["known"].to_numpy()))
    # Whoever is paid after the 15th was unpaid until then.
    due, month_end = first_day(period + 1) + 15, first_day(period + 1) - 1
    whole_month = (held.start[post] <= first_day(period)) & (held.end[post] >= month_end)
    waits = np.flatnonzero(((kind == 0) | (kind == 3)) & (known > due) & whole_month)
    truth.append(wrong_rows("subsidy_unpaid", key.gather(waits), due[waits], known[waits] - 1))
    missing = np.flatnonzero(whole)
    truth.append(
        wrong_rows(
            "subsidy_unpaid",
            gather(people.id_number, held.person[missing]) + "|" + months(wrong_month[missing]),
            first_day(wrong_month[missing] + 1) + 15,
        )
    )
    told = np.isin(np.arange(len(people)), person[counts & (known <= world.end)])
    paid = apart & told[held.person[shares]] & told[other]
    both = np.unique(np.concatenate([held.person[shares][paid], other[paid]]))
    truth.append(wrong_rows("subsidy_account_shared", gather(people.id_number, both), np.full(len(both), world.start)))
    recovered = np.flatnonzero((kind == 2) & chance.yes(n, 0.3))
    again = table[recovered].with_columns(status=pl.lit("已追回"))
    rows = pl.concat([table, again]).with_columns(known=pl.Series(np.concatenate([known, known[recovered] + 40])))
    rows = rows.filter(pl.col("known") <= world.end)
    first = pl.max_horizontal(pl.col("known"), pl.lit(world.start))
    return rows.with_columns(known=first).sort("known", maintain_order=True), pl.concat(truth)


def _heads(household: np.ndarray) -> np.ndarray:
    """The first person of each person's household."""
    _, first, place = np.unique(household, return_index=True, return_inverse=True)
    return first[place]


def allowances(lives: Lives) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Travel, training and on-the-job allowances, and the truth of those that are wrong."""
    world, people, s = lives.world, lives.people, lives.work
    chance = lives.chance(22)
    total = len(people)
    rows: list[tuple[np.ndarray, ...]] = []  # person, kind, period, days, amount, wrong

    def pay(person, kind: int, period, days, amount, wrong: str = "") -> None:
        n = len(person)
        full = [np.broadcast_to(np.asarray(x), n).astype(np.int64) for x in (person, kind, period, days, amount)]
        rows.append((*full, np.full(n, RULES.index(wrong))))

    for year in range(world.first_month // 12, world.last_month // 12 + 1):
        opens = first_day(np.array([year * 12]))[0]
        there = (s.place >= 0) & (s.start <= opens) & (s.end >= opens)
        away = np.zeros(total, bool)
        away[s.person[there]] = True
        eligible = np.flatnonzero(away & ~people.general & (people.joins == 0) & chance.yes(total, 0.3))
        month = year * 12 + chance.below(len(eligible), 6)
        pay(eligible, 2, month, -1, 300)
        second = np.flatnonzero(chance.yes(len(eligible), 0.004))
        pay(eligible[second], 2, month[second] + 2, -1, 300, "transport_allowance_not_eligible")
        at_home = np.zeros(total, bool)
        at_home[s.person] = True
        at_home[s.person[s.place >= 0]] = False
        home = np.flatnonzero(at_home & ~people.general & chance.yes(total, 0.002))
        pay(home, 2, year * 12 + chance.below(len(home), 6), -1, 300, "transport_allowance_not_eligible")
        farmers = np.flatnonzero(away & people.general & chance.yes(total, 0.01))
        pay(farmers, 2, year * 12 + chance.below(len(farmers), 6), -1, 300, "allowance_not_target")
    fit = (people.labour <= WEAK) & (people.student <= 0)
    fit &= (np.arange(total) < people.registered) & (people.joins == 0)
    span = world.last_month - world.first_month
    trained = np.flatnonzero(fit & chance.yes(total, 0.01))
    days, month = 5 + chance.below(len(trained), 16), world.first_month + chance.below(len(trained), span)
    how = chance.pick(len(trained), [0.975, 0.015, 0.01])
    for k, wrong in enumerate(("", "training_allowance_over_rate", "training_days_impossible")):
        at = np.flatnonzero(how == k)
        n_days = days[at] + (30 if k == 2 else 0)
        pay(trained[at], 1, month[at], n_days, n_days * 50 + (400 if k == 1 else 0), wrong)
    strangers = np.flatnonzero((np.arange(total) >= people.registered) & chance.yes(total, 0.05))
    pay(strangers, 1, world.first_month + chance.below(len(strangers), span), 10, 500, "allowance_not_target")
    learners = np.flatnonzero(fit & ~people.general & chance.yes(total, 0.001))
    how = chance.pick(len(learners), [0.94, 0.04, 0.02])
    for k, (period, amount) in enumerate(((2021 * 12 + 9, 200), (2021 * 12 + 10, 400), (2022 * 12 + 2, 200))):
        at = np.flatnonzero(how == k)
        pay(learners[at], 0, period, -1, amount, "work_training_over_limit" if k else "")

    person, kind, period, days, amount, wrong = (np.concatenate(part) for part in zip(*rows, strict=True))
    paid_on = first_day(period + 1) + 5 + chance.below(len(person), 20)
    known = paid_on + lives.lag(chance, len(person), 5)
    alive = people.died[person] > paid_on
    i = np.flatnonzero((known <= world.end) & alive)
    table = pl.DataFrame(
        {
            "payment_no": numbered(f"BZ{people.county.code}", i, 8),
            **lives.who(person[i]),
            "kind": gather(["以工代训补贴", "培训生活费补助", "跨省交通补助"], kind[i]),
            "county_code": gather([people.county.code], np.zeros(len(i), np.int64)),
            "period": months(period[i]),
            "days": pl.Series(days[i]).cast(pl.String).replace({"-1": None}),
            "amount": amount[i],
            "paid_on": dates(paid_on[i]),
            "status": gather(["成功"], np.where(chance.yes(len(i), 0.6), 0, -1)),
            "known": np.maximum(known[i], world.start),
        }
    )
    by_month = np.isin(wrong[i], [RULES.index(rule) for rule in BY_MONTH])
    key = table.select(
        pl.when(pl.Series(by_month)).then(pl.col("id_number") + "|" + pl.col("period")).otherwise(pl.col("payment_no"))
    ).to_series()
    bad = np.flatnonzero(wrong[i] > 0)
    truth = wrong_rows([RULES[r] for r in wrong[i][bad]], key.gather(bad), known[i][bad])
    return table.sort("known", maintain_order=True), truth


BY_MONTH = ("training_days_impossible", "work_training_over_limit")
RULES = [
    "",
    "transport_allowance_not_eligible",
    "allowance_not_target",
    "training_allowance_over_rate",
    *BY_MONTH,
]


def benefits(lives: Lives, lost: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pensions and unemployment benefit by month; and the truth of holders of posts who draw what they should not.

    `claims`: who draws unemployment benefit, from which month, is kept in the truth as well.
    """
    world, people, s, held = lives.world, lives.people, lives.work, lives.held
    chance = lives.chance(23)
    age = people.age(world.start)
    here = np.arange(len(people)) < people.registered
    career = here & (age >= 60) & chance.yes(len(people), 0.02)
    career[held.person] = False
    career[s.person[s.end == NEVER]] = False
    rows: list[tuple[np.ndarray, ...]] = []

    def monthly(person: np.ndarray, kind: int, first: np.ndarray, last: np.ndarray, amount: np.ndarray) -> None:
        last = np.minimum(np.minimum(last, world.last_month), month_of(np.minimum(people.died[person], world.end)))
        length = np.maximum(last - first + 1, 0)
        row = np.repeat(np.arange(len(person)), length)
        period = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
        rows.append((person[row], np.full(len(row), kind), period, amount[row]))

    def same(n: int, value: int) -> np.ndarray:
        return np.full(n, value)

    c = np.flatnonzero(career)
    monthly(c, 1, same(len(c), world.first_month), same(len(c), NEVER), 1500 + 10 * chance.below(len(c), 200))
    resident = np.flatnonzero(here & (age >= 60) & ~career & chance.yes(len(people), 0.9))
    recent = world.last_month - (world.end - world.start) // 30 - 3
    monthly(resident, 2, same(len(resident), recent), same(len(resident), NEVER), 150 + chance.below(len(resident), 60))
    wrong = held.has("post_pensioner")
    monthly(held.person[wrong], 1, month_of(held.wrong_from[wrong]), same(len(wrong), NEVER), same(len(wrong), 2100))
    claim = held.has("post_claims_unemployment_benefit")
    starts = month_of(held.wrong_from[claim]) + 1
    monthly(held.person[claim], 0, starts, starts + 5, same(len(claim), 1400))

    # Who was insured for a year and lost the work may claim from the next month on.
    ended = pl.DataFrame({"person": s.person, "end": s.end, "start": s.start, "insured": s.insured})
    joined = lost.filter(pl.col("cause") == "employment").join(
        ended.with_columns(lost_on=pl.col("end") + 1).unique(["person", "lost_on"], maintain_order=True),
        on=["person", "lost_on"],
        how="inner",
        maintain_order="left",
    )
    joined = joined.filter(pl.col("insured") & (pl.col("end") - pl.col("start") > 380))
    joined = joined.filter(pl.Series(chance.yes(joined.height, 0.5)))
    person, first = joined["person"].to_numpy(), month_of(joined["lost_on"].to_numpy()) + 1
    last = np.minimum(
        first + 2 + chance.below(len(first), 10), month_of(np.minimum(joined["back_on"].to_numpy(), world.end + 800))
    )
    monthly(person, 0, first, last, same(len(first), 1400))

    person, kind, period, amount = (np.concatenate(part) for part in zip(*rows, strict=True))
    paid_on = first_day(period) + 11 + chance.below(len(person), 8)
    known = paid_on + lives.lag(chance, len(person), 2)
    i = np.flatnonzero((known <= world.end) & (paid_on < people.died[person]))
    who = lives.who(person[i])
    table = frame(
        {
            "id_number": who["id_number"],
            "name": who["name"],
            "kind": gather(["失业保险金", "职工养老金", "居民养老金"], kind[i]),
            "period": months(period[i]),
            "amount": amount[i],
            "paid_on": dates(paid_on[i]),
        },
        np.maximum(known[i], world.start),
    )
    return table, joined.select("person", "lost_on")
