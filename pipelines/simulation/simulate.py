"""Making a province: county by county, so that memory stays small, prefecture by prefecture on every core."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.feeds import FEEDS
from pipelines.reference import read_reference
from pipelines.settings import FanpinError
from pipelines.simulation import payments, registers, truth
from pipelines.simulation.faults import soil
from pipelines.simulation.offices import deliver, spelled
from pipelines.simulation.people import County, People, people
from pipelines.simulation.posts import Posts, held_until, posts
from pipelines.simulation.registers import Lives
from pipelines.simulation.words import DEPARTMENTS
from pipelines.simulation.work import AT_EMPLOYER, Employers, Spells, employers, losses, spells
from pipelines.simulation.world import NEVER, Chance, World, day_number

#: The date of the first deliveries where none is asked for: all instruments of the reference tables are in force.
START = date(2025, 6, 3)

#: From so many people on all offices write CSV, and deltas come from the prefectures.
LARGE = 50_000

PERSONS_OF_A_COUNTY = 5_000


@dataclass(frozen=True)
class Task:
    """What one process makes: the counties of a prefecture, and how many people each has."""

    world: World
    folder: Path
    prefecture: str
    counties: list[tuple[County, int]]
    registry_every: int


def simulate(
    home: Path,
    persons: int,
    days: int,
    seed: int,
    start: date = START,
    *,
    reference: Path,
    lateness: float = 1.0,
    faults: float = 1.0,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Write `home/landing`, the deliveries of `start` and the `days` days after it, and `home/truth`.

    The same arguments and reference tables give the same bytes. Raises FanpinError where the home has a landing
    already or is asked for too few people.
    """
    if persons < 100 or days < 0 or seed < 0:
        raise FanpinError("a simulation needs at least 100 persons, and no negative number of days or seed.")
    for name in ("landing", "truth"):
        if (home / name).exists():
            raise FanpinError(f"the home has a folder {name} already: give --home a new folder, or remove it.")
    first = day_number(start)
    world = World(seed, first, first + days, lateness, faults, persons < LARGE)
    folder = home / ".simulation"
    shutil.rmtree(folder, ignore_errors=True)
    tasks = _tasks(world, folder, persons, reference)
    counties = sum(len(task.counties) for task in tasks)
    progress(f"{persons} people in {counties} counties, deliveries from {start} on, {days} days after it")
    for done, code in enumerate(_each(tasks, world), start=1):
        progress(f"prefecture {code} written ({done} of {len(tasks)})")
    for name in ("landing", "truth"):
        (folder / name).rename(home / name)
    folder.rmdir()


def _each(tasks: list[Task], world: World) -> Iterator[str]:
    if world.mixed or len(tasks) == 1:
        yield from map(prefecture, tasks)
        return
    # Polars has threads of its own, which a forked process would lose. A new process for each prefecture gives back
    # the memory of the one before.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawn, max_tasks_per_child=1) as pool:
        yield from pool.map(prefecture, tasks)


def _tasks(world: World, folder: Path, persons: int, reference: Path) -> list[Task]:
    tables = read_reference(reference).tables
    townships: dict[str, list[str]] = {}
    for row in tables["townships"].iter_rows(named=True):
        townships.setdefault(row["county_code"], []).append(row["township_code"])
    known = [
        (row["prefecture_code"], County(row["county_code"], number, townships[row["county_code"]]))
        for number, row in enumerate(tables["counties"].sort("county_code").iter_rows(named=True))
        if row["county_code"] in townships
    ]
    if not known:
        raise FanpinError("no county of counties.csv has a township in townships.csv: people must live somewhere.")
    chance = Chance(world.seed, 0)
    wanted = min(max(2, -(-persons // PERSONS_OF_A_COUNTY)), len(known))
    chosen = sorted(chance.numbers.permutation(len(known))[:wanted].tolist())
    weights = np.array([len(known[i][1].townships) for i in chosen]) * np.exp(0.25 * chance.numbers.normal(size=wanted))
    counts = np.maximum((weights / weights.sum() * persons).astype(np.int64), 1)
    counts[np.argmax(counts)] += persons - counts.sum()
    by_prefecture: dict[str, list[tuple[County, int]]] = {}
    for i, count in zip(chosen, counts.tolist(), strict=True):
        by_prefecture.setdefault(known[i][0], []).append((known[i][1], count))
    every = min(max(wanted, 30), 90)
    return [Task(world, folder, code, counties, every) for code, counties in by_prefecture.items()]


def prefecture(task: Task) -> str:
    """Make the counties of a prefecture; gives its code."""
    for county, count in task.counties:
        _county(task, county, count)
    return task.prefecture


def _county(task: Task, county: County, count: int) -> None:
    world = task.world
    lives = live(world, county, count)
    lost = losses(world, lives.people, lives.work, _as_spells(lives.held))
    paid, wrong_paid = payments.subsidies(lives)
    allowed, wrong_allowed = payments.allowances(lives)
    drawn, claims = payments.benefits(lives, lost)
    office = county.code if world.mixed else task.prefecture

    def put(feed: str, rows: pl.DataFrame, day: int, office: str, part: str = "") -> None:
        if rows.height:
            chance = Chance(world.seed, county.number, list(FEEDS).index(feed), day, len(part) and ord(part[-1]), 98)
            rows = soil(spelled(world, FEEDS[feed], office, rows), FEEDS[feed], chance, world.faults)
            deliver(world, task.folder / "landing", FEEDS[feed], office, day, rows, part)

    registry_days = _days(world, task.registry_every, county.number)
    for day in registry_days:
        put("registry", registers.registry(lives, day), day, county.code)
    apart = bool(Chance(world.seed, county.number, 31).yes(1, 0.3)[0])
    for turn, department in enumerate(DEPARTMENTS if apart else [""]):
        for day in _days(world, 30, county.number * 7 + turn * 11):
            rows = payments.ledger(lives, day)
            rows = rows.filter(pl.col("department") == department) if department else rows
            put("posts", rows, day, county.code, f"-{turn + 1}" if department else "")
    for feed, make in (
        ("employment", lambda: registers.employment(lives)),
        ("insurance", lambda: registers.insurance(lives)),
        ("benefits", lambda: drawn),
        ("jobseekers", lambda: registers.jobseekers(lives, lost)),
        ("subsidies", lambda: paid),
        ("allowances", lambda: allowed),
        ("deaths", lambda: registers.deaths(lives)),
        ("enterprises", lambda: registers.enterprises(lives)),
        ("payroll", lambda: registers.payroll(lives)),
        ("field_reports", lambda: registers.field_reports(lives, lost)),
    ):
        rows = make()
        known = rows["known"].to_numpy()
        for day in range(world.start, world.end + 1):
            low, high = np.searchsorted(known, [day, day + 1])
            put(feed, rows[int(low) : int(high)].drop("known"), day, office)
    registered = np.full(count, NEVER)
    for day in reversed(registry_days):
        there = (lives.people.joins[:count] <= day) & (day < lives.people.leaves[:count])
        registered = np.where(there, day, registered)
    registered = np.concatenate([registered, np.full(len(lives.people) - count, NEVER)])
    made = truth.tables(lives, lost, [wrong_paid, wrong_allowed], registered)
    claimed_by = lives.who(claims["person"].to_numpy())["id_number"]
    made["claims"] = claims.select(claimed_by.alias("id_number"), pl.col("lost_on").cast(pl.Int32).cast(pl.Date))
    for name, table in made.items():
        path = task.folder / "truth" / name / f"{county.code}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.write_parquet(path)


def live(world: World, county: County, count: int) -> Lives:
    """The truth of a county."""
    everybody = people(world, county, count)
    staff = employers(world, everybody)
    held = posts(world, everybody)
    held.standard[held.has("subsidy_over_cap")] = 2300
    work = spells(world, everybody, staff, held_until(everybody, held))
    work = _with_second_jobs(world, everybody, held, work, staff)
    return Lives(world, everybody, staff, work, held)


def _with_second_jobs(world: World, everybody: People, held: Posts, work: Spells, staff: Employers) -> Spells:
    """Adds the work of holders of posts who are insured elsewhere or work outside the prefecture."""
    chance = Chance(world.seed, everybody.county.number, 5)
    insured, outside = held.has("post_employed_elsewhere"), held.has("post_works_outside")
    at = np.concatenate([insured, outside])
    if not len(at):
        return work
    formal = np.arange(len(at)) < len(insured)
    local = [i for i, region in enumerate(staff.region) if region == everybody.county.code and staff.closes[i] == NEVER]
    second = Spells(
        person=held.person[at],
        start=held.wrong_from[at],
        end=np.full(len(at), NEVER),
        channel=np.full(len(at), AT_EMPLOYER),
        employer=np.where(formal, local[0] if local else 0, -1),
        insured=formal,
        place=np.where(formal, -1, chance.below(len(at), 10)),
        wage=np.full(len(at), 3200),
    )
    return _joined(work, second)


def _as_spells(held: Posts) -> Spells:
    n = len(held)
    nothing = np.full(n, -1)
    return Spells(held.person, held.start, held.end, nothing, nothing, np.zeros(n, bool), nothing, nothing)


def _joined(one: Spells, other: Spells) -> Spells:
    both = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in Spells.__dataclass_fields__}
    made = Spells(**both)
    return made[np.lexsort((made.start, made.person))]


def _days(world: World, every: int, phase: int) -> list[int]:
    """The days of a snapshot: the first, then every so many days."""
    return [world.start, *range(world.start + 1 + phase % every, world.end + 1, every)]
