"""# Deliveries: what has come

**When**: every five minutes, and whenever you trigger it. It has no day of its own: what it finds says its dates.

**Reads** `landing/` (names, sizes and times of files), `schedule/taken.json` · **writes** `schedule/announced.json`
and asset events: one for each feed and delivery date that is new or has changed, which starts that feed's ingestion
for that date.

**To look**: the events of the assets `landing/<feed>`; `fanpin export files --date D` lists the files that were
taken in.

**When it breaks**
- *A delivery is not seen.* Is it at `landing/<feed>/<YYYY-MM-DD>/<file>`, its name without a leading dot or `~$` and
  not ending in `.part` or `.tmp`? A file that was still written to in the last seconds waits for the next look.
- *A delivery was seen, but not taken in.* Look at the run of its `ingest_<feed>`: it waits for its turn or has failed.
  What was not taken in six hours after it was found is found again.
- *The DAG was paused or the scheduler down.* Nothing is lost: the next look finds everything that has come since.
"""

from __future__ import annotations

import os
from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable
from scheduling import DEFAULTS, LANDED, TIME_ZONE, installation, say, step

from pipelines.feeds import FEEDS

with DAG(
    "deliveries",
    description="finds new, late and corrected deliveries in landing",
    schedule=CronTriggerTimetable(os.environ.get("FANPIN_LOOK") or "*/5 * * * *", timezone=TIME_ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | {"execution_timeout": timedelta(minutes=10)},
    doc_md=__doc__,
    tags=["fanpin", "1 ingestion"],
):

    @step(kind="branch")
    def look(ti=None, dag_run=None) -> list[str]:
        """Find what has come, and follow only the feeds of which something has."""
        from pipelines.scheduled.arrivals import to_announce

        found: dict[str, list[str]] = {}
        for feed, delivered_on in to_announce(installation(), dag_run.run_id):
            found.setdefault(feed, []).append(delivered_on.isoformat())
            say(f"{feed} {delivered_on} has come")
        ti.xcom_push(key="found", value=found)
        return [f"announce_{feed}" for feed in found]

    def announce(feed: str):
        @step(task_id=f"announce_{feed}", outlets=[LANDED[feed]])
        def announced(ti=None, outlet_events=None) -> None:
            """An asset event for each date: it starts the feed's ingestion."""
            outlet_events[LANDED[feed]].add_partitions(ti.xcom_pull(task_ids="look", key="found")[feed])

        return announced()

    look() >> [announce(feed) for feed in FEEDS]
