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

**To look**: the return value of the task `take_in` (files and rows: read, accepted, quarantined, superseded);
`fanpin export files --date D` and `fanpin export quarantine --date D`, file by file and row by row.

**When it breaks**
- *It failed at once*: its log says what to mend (no key, a folder that can't be written). Mend it, clear the task.
- *It retries*: another run holds the home (a run of the command line, perhaps). It goes on when that has ended.
- *Files were rejected or rows quarantined*: that is no failure. Ask the office for a corrected file, put it into the
  same folder under the same name, and everything from there on is run again by itself.
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
        default_args=DEFAULTS,
        deadline=takes_at_most(f"ingest_{feed.name}", 180),
        doc_md=RUNBOOK.format(name=feed.name, chinese=feed.chinese, awaited=_AWAITED[feed.awaited]),
        tags=["fanpin", "1 ingestion"],
    ) as dag:

        @step(writes=True)
        def take_in() -> dict:
            """Stage the delivery; counts, and the run dates that it changes."""
            from pipelines.scheduled.arrivals import take_in as stage
            from pipelines.scheduled.readiness import to_run

            day, settings = business_day(), installation()
            counts = stage(settings, feed.name, day, say)
            for name, number in sorted(counts.items()):
                say(f"{name}: {number}")
            return {"counts": counts, "to_run": [d.isoformat() for d in to_run(settings, feed.name, day)]}

        @step(outlets=[STAGED[feed.name]])
        def announce(taken: dict) -> None:
            """An asset event: this feed has come for this day."""
            say(f"{feed.name} {business_day()}: {taken['counts'].get('rows_accepted', 0)} rows accepted")

        @step(kind="short_circuit")
        def changes_days(taken: dict) -> bool:
            """Only where days were run without this delivery, or could not be run without it."""
            return bool(taken["to_run"])

        @step(outlets=[DUE])
        def make_due(taken: dict, outlet_events=None) -> None:
            """An asset event for each day to be run, or run again."""
            say(f"to be run: {', '.join(taken['to_run'])}")
            outlet_events[DUE].add_partitions(taken["to_run"])

        taken = take_in()
        announce(taken)
        changes_days(taken) >> make_due(taken)
    return dag


for declared in FEEDS.values():
    globals()[f"ingest_{declared.name}"] = ingestion(declared)
