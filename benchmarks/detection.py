"""`make detection`: what is found of a made-up province's truth, how much of what is said is so, and how late.

    python -m benchmarks.detection [--persons 200000] [--days 30] [--seed 1] [--out DIR]

Each setting of lateness is a simulation of its own with the same lives. Every third day is staged and reconciled,
nothing published; the warnings of the last one are held against the truth.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from benchmarks.measuring import commit
from pipelines.exports import warnings
from pipelines.reference import read_reference
from pipelines.settings import CHECKOUT, Settings
from pipelines.simulation.simulate import START, simulate
from pipelines.staging.stage import stage
from pipelines.warehouse.day import reconcile

REFERENCE = CHECKOUT / "data" / "reference"

#: Days from one run to the next.
RUN_EVERY = 3

#: Name, lateness, faults.
SETTINGS = (("on time, no faults", 0.0, 0.0), ("as offices are", 1.0, 1.0), ("three times as late", 3.0, 1.0))

#: Rules that say of a person: out of work. A loss counts as found by any of them.
OUT_OF_WORK = ("job_lost", "job_loss_suspected", "field_reported_job_loss", "own_business_closed")

#: Only a loss that lasted longer counts, in days.
LASTED = 14

#: What any of these found; and of the losses that came so early that they lasted that long within the run.
ANY, ANY_EARLY = "loss of work, by any of the four", f"the same, lost at least {LASTED + 1} days before the end"

#: Rules whose truth is a question of the calendar or of a threshold that the data themselves state: not measured.
NOT_MEASURED = ("post_contract_expiring", "low_wage", "post_household_duplicate", "benefit_unclaimed")

#: For how many days after a fact, or months after the month in the key, a rule looks for it; a thousand:
#: however long ago.
DAYS_LOOKED_BACK = {"post_field_reported_absent": 57, "post_claims_unemployment_benefit": 180, "employer_mass_stop": 60}
MONTHS_LOOKED_BACK = {"subsidy_unpaid": 3, "work_training_over_limit": 1_000}


@dataclass(frozen=True)
class Found:
    """One rule, or several, under one setting; None for what can't be told."""

    true: int | None
    found: int | None
    raised: int | None
    right: int | None
    #: Median days from the fact to the first warning opened on or after it, of the facts that came about during the
    #: run; None for none.
    delay: float | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "docs", help="the folder of detection.md (docs/)")
    asked = parser.parse_args()
    measured_at = f"commit {commit()}, {date.today()}"
    with ProcessPoolExecutor(len(SETTINGS), multiprocessing.get_context("spawn")) as pool:
        made = [pool.submit(measured, asked.persons, asked.days, asked.seed, late, bad) for _, late, bad in SETTINGS]
        results = {name: future.result() for (name, _, _), future in zip(SETTINGS, made, strict=True)}
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / "detection.md"
    path.write_text(page(results, asked.persons, asked.days, asked.seed, measured_at), encoding="utf-8")
    print(f"written: {path}")


def measured(persons: int, days: int, seed: int, lateness: float, faults: float) -> dict[str, Found]:
    """Simulate, run the days, and hold the warnings against the truth: rule → what was found."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        simulate(home, persons, days, seed, reference=REFERENCE, lateness=lateness, faults=faults)
        settings = Settings(home, REFERENCE, b"the key of a measurement")
        run_dates = [START + timedelta(days=n) for n in range(0, days + 1, RUN_EVERY)]
        for day in run_dates:
            stage(settings, day, lambda _: None, passwords=[])
            reconcile(settings, day)
            print(f"lateness {lateness}: {day}", flush=True)
        return held_against(home, warnings(settings, run_dates[-1]), run_dates)


def held_against(home: Path, raised: pl.DataFrame, run_dates: Sequence[date]) -> dict[str, Found]:
    """Rule → what was found, from the truth in the home and the warnings of the last of the run dates."""
    truth = {path.name: pl.read_parquet(path / "*.parquet") for path in (home / "truth").iterdir()}
    raised = raised.select("rule", "key", "opened_on", "county_code")
    wrongs = _looked_for(truth["wrongs"])
    found = {}
    for rule in sorted({*wrongs["rule"]} - set(OUT_OF_WORK)):
        found[rule] = _exact(wrongs.filter(rule=rule), raised.filter(rule=rule), run_dates)
    # Who is dead is so for good, whether the truth or only the ledger keeps them on the post.
    dead = truth["people"].filter(pl.col("died_on").is_not_null())["id_number"].implode()
    rule = "post_holder_deceased"
    if rule in found:
        right = raised.filter(pl.col("key").str.head(18).is_in(dead), rule=rule).height
        found[rule] = replace(found[rule], right=right)
    found |= _out_of_work(truth, raised, run_dates[0], run_dates[-1])
    return found


def _looked_for(wrongs: pl.DataFrame) -> pl.DataFrame:
    """The wrongs with the last day on which their rule looks for them."""
    month = pl.col("key").str.extract(r"\|(\d{4}-\d{2})$")
    months = pl.col("rule").replace_strict(MONTHS_LOOKED_BACK, default=12, return_dtype=pl.Int64)
    ends = (month + "-01").str.to_date(strict=False).dt.offset_by(pl.format("{}mo", months + 1)) - pl.duration(days=1)
    days = pl.col("rule").replace_strict(DAYS_LOOKED_BACK, default=None, return_dtype=pl.Int64)
    return wrongs.with_columns(
        until=pl.min_horizontal(
            pl.col("until").fill_null(pl.date(9999, 12, 31)),
            ends,
            (pl.col("since") + pl.duration(days=1) * days).cast(pl.Date),
        )
    )


def _exact(true: pl.DataFrame, raised: pl.DataFrame, run_dates: Sequence[date]) -> Found:
    """Warnings and facts of the same rule and subject key, of facts that were so on one of the run dates."""
    subjects = true.group_by("key").agg(pl.col("since").min(), pl.col("until").max())
    right = raised.join(subjects, on="key").filter(pl.col("opened_on").is_between("since", "until"))
    was_so = [pl.lit(day).is_between("since", "until") for day in run_dates]
    subjects = subjects.filter(pl.any_horizontal(was_so))
    met = subjects.join(raised, on="key")
    # A warning opened before the fact was wrong then: it is no early one.
    fresh = met.filter(pl.col("since") > run_dates[0], pl.col("opened_on") >= pl.col("since"))
    fresh = fresh.group_by("key", "since").agg(pl.col("opened_on").min())
    delay = (fresh["opened_on"] - fresh["since"]).dt.total_days().median()
    return Found(len(subjects), met["key"].n_unique(), raised.height, right.height, delay)


def _out_of_work(truth: dict[str, pl.DataFrame], raised: pl.DataFrame, first, last) -> dict[str, Found]:
    """Losses of work during the run, and how many each of four rules found, or any; and of each warning whether it was
    so.
    """
    spells = truth["spells"].select("id_number", "started_on", pl.col("ended_on").fill_null(pl.date(9999, 12, 31)))
    people = truth["people"].filter(pl.col("registered_on").is_not_null())
    home = people.select("id_number", house=pl.col("county_code") + "|" + pl.col("household_no"))
    lost = truth["losses"].filter("willing", pl.col("lost_on").is_between(first, last - timedelta(days=1)))
    lost = lost.filter(
        pl.col("back_on").fill_null(pl.date(9999, 12, 31)) > pl.col("lost_on") + pl.duration(days=LASTED)
    )
    lost = lost.join(people.select("id_number", "born_on"), on="id_number")
    lost = lost.filter(pl.col("lost_on") < pl.col("born_on").dt.offset_by("60y"))
    found = {}
    for rule in (*OUT_OF_WORK, "employment_unverified", "no_worker_household"):
        theirs = raised.filter(rule=rule).with_row_index("warning")
        if rule == "no_worker_household":
            whose = theirs.join(home, left_on="key", right_on="house")
        else:
            whose = theirs.rename({"key": "id_number"})
        at_work = whose.join(spells, on="id_number").filter(pl.col("opened_on").is_between("started_on", "ended_on"))
        right = theirs.height - at_work["warning"].n_unique()
        if rule in OUT_OF_WORK:
            found[rule] = _losses(lost, theirs, theirs.height, right)
        else:
            found[rule] = Found(None, None, theirs.height, right, None)
    said = raised.filter(pl.col("rule").is_in(OUT_OF_WORK))
    right = sum(found[rule].right for rule in OUT_OF_WORK)
    found[ANY] = _losses(lost, said, said.height, right)
    early = lost.filter(pl.col("lost_on") < last - timedelta(days=LASTED))
    found[ANY_EARLY] = _losses(early, said, None, None)
    return found


def _losses(lost: pl.DataFrame, said: pl.DataFrame, raised: int | None, right: int | None) -> Found:
    """How many losses these warnings name, on the day of the loss or later."""
    hits = lost.join(said, left_on="id_number", right_on="key").filter(pl.col("opened_on") >= pl.col("lost_on"))
    hits = hits.group_by("id_number", "lost_on").agg(pl.col("opened_on").min())
    delay = (hits["opened_on"] - hits["lost_on"]).dt.total_days().median()
    return Found(lost.height, hits.height, raised, right, delay)


def page(results: dict[str, dict[str, Found]], persons: int, days: int, seed: int, measured_at: str) -> str:
    """The page with its tables, from the results by setting."""
    titles = {row["rule"]: row["title"] for row in read_reference(REFERENCE).tables["rules"].iter_rows(named=True)}
    names = list(results)
    rules = list(dict.fromkeys(rule for found in results.values() for rule in found))
    head = "| rule | " + " | ".join(f"{name}: recall | precision | delay of those found" for name in names) + " |"
    lines = [head, "|---" * (1 + 3 * len(names)) + "|"]
    for rule in [*titles, *(r for r in rules if r not in titles)]:
        if rule not in rules:
            continue
        cells = [cell for name in names for cell in _cells(results[name].get(rule))]
        lines.append("| " + " | ".join([f"{rule} {titles.get(rule, '')}".strip(), *cells]) + " |")
    unseen = [f"`{rule}`" for rule in titles if rule not in rules and rule not in NOT_MEASURED]
    return TEXT.format(
        persons=f"{persons:,}",
        days=days,
        seed=seed,
        start=START,
        measured_at=measured_at,
        early=LASTED + 1,
        table="\n".join(lines),
        not_measured=", ".join(f"`{rule}`" for rule in NOT_MEASURED),
        unseen=", ".join(unseen) or "none",
    )


def _cells(found: Found | None) -> list[str]:
    def share(part: int | None, whole: int | None) -> str:
        return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "–"

    if found is None:
        return ["–", "–", "–"]
    delay = "–" if found.delay is None else f"{found.delay:.0f}"
    return [share(found.found, found.true), share(found.right, found.raised), delay]


TEXT = """\
# Detection quality on simulated truth

Made by `make detection` ({measured_at}) from runs on every third of the {days} days after {start} over {persons}
made-up people (seed {seed}), the same lives under each setting. “As offices are” is the lateness and the faults of
`fanpin simulate`.

- **recall**: of the things that were true on some run date and that the rule looks for, how many had a warning of this
  rule with the same subject by the last day. A warning that stood before the thing was true counts as found. What came
  about shortly before the last day counts as missed.
- **precision**: of the warnings of the rule, how many were true on the day they were opened.
- **delay of those found**: median days from the fact to the first warning opened on or after it, of the facts that came
  about during the run and were found in it; – where none did. What is told later than the run lasts is not among them,
  so the number is too low wherever deliveries are late, and the more so the lower the recall. For payments the fact is
  the day on which the payment is delivered. Runs every third day add a day on average.
- **–** elsewhere: nothing to count, or nothing that could be counted honestly; the last points say which.

{table}

## What this can tell, and what it can't

- The truth was made by us, and so were the ways in which offices fail. The numbers compare rules, settings and versions
  of the pipeline with one another; they say nothing about how often a warning is right in a real county. Feedback does.
- Many wrongs are written into the data by construction (a payment over the standard is delivered as such), so recall
  near 100 % and delay near 0 are no merit there. What is telling are facts seen through others' records: work, deaths,
  posts held on by people who have gone.
- **Loss of work** is counted as found when any of job_lost, job_loss_suspected, field_reported_job_loss and
  own_business_closed names the person on or after the day of the loss. Counted are losses during the run, of willing
  people under sixty, that lasted more than two weeks. A cover of social insurance ends with a month, and while it lasts
  the rules say employed: so insured people are found only from the 1st of the next month on, also where nothing is
  late. Losses shortly before the end are mostly not found because the run ends; the last row leaves out those of the
  last {early} days, which had not lasted more than two weeks by then.
- The recall of each of the four rules is of all these losses, though each looks for some of them only (what ended on
  record, what records contradict, what a village reports, a business that closed), and one loss may be named by
  several: their recalls are shares of what was lost, not marks out of a hundred. Precision of any of the four counts
  their warnings together; that of the last row would be the same warnings again.
- employment_unverified and no_worker_household have no recall: which records are stale is a matter of the ledger, not
  of the truth, and who of a household is able to work only the registry says.
- Precision of the rules about work asks whether the person (for no_worker_household: every member) was without work and
  post on the day the warning was opened. employment_unverified does not claim that: its number is the share of stale
  records behind which the work was gone.
- What is missed though nothing is late is not yet told (employer_arrears and post_claims_unemployment_benefit are
  seen in monthly lists, post_employed_elsewhere asks for two months of cover, a ledger is delivered every week or two),
  or nobody tells it (post_holder_deceased and subsidy_after_death: a death that no source reports).
- A warning can be right by its rule and wrong here: a payment that is late, or whose row can't be read or has somebody
  else's ID number, is `subsidy_unpaid`; a holder whose leaving is told late is still on the post in the ledger
  (post_over_age); unemployment benefit of the month in which new work begins keeps somebody `suspected_unemployed` for
  a month (job_loss_suspected); work that the ledger was never told is no ground for an allowance
  (transport_allowance_not_eligible).
- Not measured, since the truth would only repeat the data or needs a judgement: {not_measured}. Without a case in this
  run: {unseen}.
- Small numbers: a rule with ten cases moves by ten points with one of them.
"""


if __name__ == "__main__":
    main()
