"""# Publishing: what people open

**When**: for day D when `monitoring` has released its warnings. By hand: trigger it with D as its partition key.

**Reads** `warehouse/` · **writes** `published/D` (analysts' file, counties' workbooks, pages, manifest),
`published/latest`, `schedule/published.json`; also the later published dates that D changes, for the life of their
warnings goes through D. Each date is complete or as it was: the workbooks of D are written ahead, county by county
(`extract`), to `published/.ahead/D`; `publish` takes up those that say what is to be published, and writes the others
itself. Then an event of `published`. Where `FANPIN_DESTINATIONS` is set, the counties in it are handed their extracts
of the newest published date, once, as by `fanpin deliver`.

**To look**: `published/D/manifest.json`; `fanpin doctor` holds every published file against its manifest.

**When it breaks**
- *A county or a date failed*: its log says what to mend; what was published before is still whole. Trigger this
  DAG for its date (why not clear the task: docs/airflow.md).
- *A county can't open its workbook*: `fanpin password COUNTY` prints its password.
- *A county was not handed its extract*: the log of its `deliver` says why. It is tried again; the others have theirs.
- *A published file was changed or lost*: trigger this DAG for its date.
"""

from __future__ import annotations

import os

from airflow.sdk import DAG, PartitionedAssetTimetable, get_current_context
from airflow.sdk.exceptions import AirflowException
from scheduling import DEFAULTS, PUBLISHED, WARNINGS, business_day, installation, say, step, takes_at_most

with DAG(
    "publishing",
    description="publishes a day, and the later dates that it changes",
    schedule=PartitionedAssetTimetable(WARNINGS),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULTS,
    deadline=takes_at_most("publishing", 240),
    doc_md=__doc__,
    tags=["fanpin", "3 publishing"],
):

    @step(reads=True)
    def workbooks() -> list[list[str]]:
        """The counties whose workbook of D must be written, in groups: each alone where they are few."""
        from pipelines.scheduled.days import groups_to_write

        found = groups_to_write(installation(), business_day())
        say(f"to be written: {', '.join(county for group in found for county in group) or 'none'}")
        return found

    @step(reads=True, map_index_template="{{ counties }}")
    def extract(group: list[str]) -> None:
        """Write the workbooks of a group of counties, for `publish` to take up."""
        from pipelines.publishing.publish import write_ahead

        get_current_context()["counties"] = ", ".join(group)
        write_ahead(installation(), business_day(), group)

    @step(reads=True)
    def dates() -> list[str]:
        """D, and the later published dates that it changes."""
        from pipelines.scheduled.days import to_publish

        found = [day.isoformat() for day in to_publish(installation(), business_day())]
        say(f"to be published: {', '.join(found)}")
        return found

    @step(writes=True, map_index_template="{{ date }}", trigger_rule="none_failed")
    def publish(on: str) -> bool:
        """Publish one date, complete or not at all; whether anything in it is new."""
        from datetime import date

        from pipelines.scheduled.days import publish_day

        get_current_context()["date"] = on
        return publish_day(installation(), date.fromisoformat(on), say)

    @step(outlets=[PUBLISHED])
    def announce() -> None:
        """An asset event: D is published."""
        say(f"{business_day()} is published")

    @step()
    def receivers() -> list[str]:
        """The counties that have a destination. Without `FANPIN_DESTINATIONS` none: `deliver` is skipped."""
        from pipelines.handover.deliver import destinations

        return sorted(destinations()) if os.environ.get("FANPIN_DESTINATIONS") else []

    @step(map_index_template="{{ county }}")
    def deliver(county: str) -> None:
        """Hand a county its extract of the newest published date, unless it has it with these very bytes."""
        from pipelines.handover.deliver import deliver
        from pipelines.publishing.publish import published_dates

        get_current_context()["county"] = county
        settings = installation()
        done = deliver(settings, published_dates(settings)[-1], say, county)
        if any(delivered.outcome == "failed" for delivered in done):
            raise AirflowException("not delivered: the lines above say why")

    found = dates()
    extracted = extract.expand(group=workbooks())
    published = publish.expand(on=found)
    extracted >> published >> announce()
    published >> deliver.expand(county=receivers())
