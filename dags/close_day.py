"""# Closing a day: its deadline

**When**: at midnight in Shanghai, when day D ends: what is dated D can't come in time any more. Also for backfills.

**Reads** `landing/`, the accounts in `staging/` · **writes** `staging/` (what is new up to D), a notice that names
the awaited feeds that are missing, and an event of the asset `days due`, which starts `monitoring` for D with what
is there, and for each run date that something late has changed. Where nothing is outdated, nothing is started. What was
taken in here starts no ingestion of its own.

**Backfill of a range**, its last day included, one run a day: in the page (this DAG, Trigger → Backfill) or by

    airflow backfill create --dag-id close_day --from-date 2025-05-26 --to-date 2025-06-04 \\
        --reprocess-behavior completed

A backfill runs every day of its range again, also days that need it not: after a parameter has changed, for instance.

A release of a held delivery has the days that it changes run again. Changed reference tables and another version of
the program do not, since that may be all days: a notice names them, and you decide which of them a backfill runs again.

**To look**: the return value of `name_missing`; then the run of `monitoring` with the same partition key.

**When it breaks**
- *Skipped, nothing was delivered for weeks*: the installation is at rest, or landing is not where it should be.
- *The scheduler was down at midnight*: the newest day is closed when it is back; close those before by a backfill.
"""

from __future__ import annotations

from datetime import date

import notices
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException
from scheduling import DEFAULTS, DUE, business_day, daily, installation, say, step, takes_at_most

with DAG(
    "close_day",
    description="the deadline of a day: runs it with what is there, and names what is missing",
    schedule=daily(),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULTS,
    deadline=takes_at_most("close_day", 180),
    doc_md=__doc__,
    tags=["fanpin", "2 monitoring"],
):

    @step(writes=True)
    def name_missing(dag_run=None) -> dict:
        """Take in what is there, and name the feeds that did not come."""
        from pipelines.scheduled.arrivals import take_in_all
        from pipelines.scheduled.readiness import at_rest, missing, never_run, newly_made_otherwise, outdated
        from pipelines.warehouse.kept import run_dates

        day, settings = business_day(), installation()
        asked = dag_run.run_type != "scheduled"
        take_in_all(settings, day, say)
        if not asked and at_rest(settings, day):
            raise AirflowSkipException(f"nothing was delivered in the weeks before {day}: the installation is at rest")
        absent = missing(settings, day)
        was_run = day in run_dates(settings)
        if absent and not was_run:
            say(f"missing on {day}: {', '.join(absent)}")
            notices.feeds_missing(day, absent)
        for what, days in newly_made_otherwise(settings, day).items():
            say(f"{len(days)} days, {days[0]} to {days[-1]}, were run with another {what} than there is now")
            notices.made_otherwise(day, what, days)
        if passed := never_run(settings, day):  # the scheduler stood still at their midnight, as a rule
            say(f"delivered, and never run: {', '.join(map(str, passed))}")
        due = {*outdated(settings, date.min), *passed, *([day] if asked or not was_run else [])}
        return {"missing": absent, "due": [d.isoformat() for d in sorted(due)]}

    @step(kind="short_circuit")
    def is_due(found: dict) -> bool:
        """Not where D, and every other run date, was run with just these deliveries."""
        return bool(found["due"])

    @step(outlets=[DUE])
    def make_due(found: dict, outlet_events=None) -> None:
        """An asset event for D, to be run whatever is missing, and for each run date that what was taken in changes."""
        outlet_events[DUE].extra = {"whatever_is_missing": True}
        outlet_events[DUE].add_partitions(found["due"])

    found = name_missing()
    is_due(found) >> make_due(found)
