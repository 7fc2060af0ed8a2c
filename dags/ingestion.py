"""Ingestion: one DAG for each feed of the feed declarations. The text of each DAG's runbook is `RUNBOOK`."""

from __future__ import annotations

from airflow.sdk import DAG, PartitionedAssetTimetable
from scheduling import DEFAULTS, DUE, LANDED, STAGED, business_day, installation, say, step, takes_at_most

from pipelines.feeds import FEEDS, Feed

RUNBOOK = """# Ingestion of {name} ({chinese})

**When**: for each delivery date of {name}, as soon as `deliveries` finds files that are new or have changed.
{awaited}

**Reads** `landing/{name}/<date>/` · **writes** `staging/`, `identities/`, `schedule/taken.json`; then an event of
the asset `staging/{name}` for that date, and of `days due` for each run date that must be run again, since a late or
corrected delivery changed what it should have known.

**To look**: `counts` of the task `take_in` (files and rows: read, accepted, quarantined, superseded), its return value
(the days to be run because of it);
`fanpin export files --date D` and `fanpin export quarantine --date D`, file by file and row by row.

**When it breaks**
- *It failed at once*: its log says what to mend (no key, a folder that can't be written). Mend it, and trigger the DAG
  with the delivery date as its partition key (why not clear the run: docs/airflow.md).
- *It retries*: another run holds the home (a run of the command line, perhaps). It goes on when that has ended.
- *Files were rejected or rows quarantined*: that is no failure. Ask the office for a corrected file, put it into the
  same folder under the same name, and everything from there on is run again by itself. The log of `take_in` says why,
  whichever run staged the file; files are numbered in the order of their names on that day.
- *To take a date in again by hand*: trigger the DAG with the delivery date as its partition key.
"""

_AWAITED = {
    "day": "A day is run once this feed has come for it, or at its deadline.",
    "latest": "A day is run once some delivery of this feed is known; the latest is enough.",
    "no": "No day waits for it.",
}


def ingestion(feed: Feed) -> DAG:
    """The DAG that takes in the deliveries of a feed."""
    with DAG(
        f"ingest_{feed.name}",
        description=f"takes in {feed.name} {feed.chinese}",
        schedule=PartitionedAssetTimetable(LANDED[feed.name]),
        catchup=False,
        max_active_runs=16,
        default_args=DEFAULTS
        | {"priority_weight": 10, "weight_rule": "absolute"},  # what is there first, then the days
        deadline=takes_at_most(f"ingest_{feed.name}", 180),
        doc_md=RUNBOOK.format(name=feed.name, chinese=feed.chinese, awaited=_AWAITED[feed.awaited]),
        tags=["fanpin", "1 ingestion"],
    ) as dag:

        @step(writes=True, kind="short_circuit", outlets=[STAGED[feed.name]])
        def take_in(ti=None, dag_run=None) -> list[str]:
            """Stage the delivery, an asset event: it has come. Returns the days to be run because of it, or run again.

            Where there are none, the run ends here: a day that has just become complete starts by itself.
            """
            from pipelines.scheduled.arrivals import take_in as stage
            from pipelines.scheduled.readiness import to_run

            day, settings = business_day(), installation()
            counts = stage(settings, feed.name, day, say)
            for name, number in sorted(counts.items()):
                say(f"{name}: {number}")
            ti.xcom_push(key="counts", value=counts)
            return [d.isoformat() for d in to_run(settings, feed.name, day, dag_run.run_id)]

        @step(outlets=[DUE])
        def make_due(days: list[str], outlet_events=None) -> None:
            """An asset event for each day that was run without this delivery, or could not be run without it."""
            say(f"to be run: {', '.join(days)}")
            outlet_events[DUE].add_partitions(days)

        make_due(take_in())
    return dag


for declared in FEEDS.values():
    globals()[f"ingest_{declared.name}"] = ingestion(declared)
