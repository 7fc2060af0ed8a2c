"""# Monitoring: what a day's deliveries say, and whether it may be published

**When**: for day D once `employment` and `insurance` have come for D and the latest of the other awaited feeds is
known (`awaited` in the feed declarations); at D's deadline with what is there (`close_day`); again whenever a late
or corrected delivery changes D. By hand: trigger it with D as its partition key. It always runs D then, whatever is
missing.

**Reads** `staging/` up to D (what is new in landing is staged first, as on the command line), the reference tables,
the releases of held deliveries · **writes** `warehouse/D/`, `gates/sign_offs.jsonl`; then an event of the asset
`warnings`.

**Sign-off**: where all warnings that have not ended, or those of one rule, are more than 3 times the median of the
trailing 14 run dates and more than 50, the task `sign_off` waits for a person (Browse → Required Actions), who sees
counts by rule and county. *Approve*: D is published. *Reject*, or no answer in 7 days: it is not. Who decided and when
stands with the task and in `gates/sign_offs.jsonl`. The same content is not asked about twice. Other days go on
meanwhile. Where the process that takes an answer up is killed, or an answer comes in the seconds in which the one that
asked still ends, Airflow asks again, and the day waits for another answer.

**To look**: the return value of `warnings` (counts by rule and county); `fanpin export warnings --date D`,
`fanpin export states --date D`; `warehouse/D/unjudged.parquet` (rules that could not be judged, where and why).

**When it breaks**
- *`reconcile` failed at once*: the log says what to mend, a reference table as a rule. Mend it, and trigger
  the DAG with D as its partition key (why not clear the run: docs/airflow.md).
- *It retries*: another process holds the home, memory or disk ran out (`FANPIN_MEMORY`), or Spark or its master failed.
  The log says which. It goes on by itself once that has passed.
- *A flood of warnings waits for a sign-off*: look first at the accounts of that day. A county that delivered half of
  its registry makes one; reject, have it delivered again, and D is run again by itself.
- *A run date was skipped*: its first task says why: it waits for feeds, or was run with just these deliveries.
- *A sign-off of a day that was run again since*: answer the newest; the answer to an older one decides nothing, for it
  showed something else.
- *A date after today waits for a sign-off*: a delivery's folder was mistyped. Reject; the runbook “A date was run that
  should not have been” takes it back.
- *To let out a day that was rejected*: clear `sign_off` in its run, with what comes after it, and approve.
"""

from __future__ import annotations

from datetime import timedelta

import notices
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, PartitionedAssetTimetable
from airflow.sdk.bases.notifier import BaseNotifier
from airflow.sdk.exceptions import AirflowSkipException
from scheduling import DEFAULTS, DUE, STAGED, WARNINGS, business_day, installation, say, step, takes_at_most

from pipelines.feeds import FEEDS

AWAITED = [STAGED[feed.name] for feed in FEEDS.values() if feed.awaited == "day"]
APPROVE, REJECT = "Approve", "Reject"


class Asked(BaseNotifier):
    """Says that a day waits for a sign-off."""

    def notify(self, context) -> None:
        found = context["ti"].xcom_pull(task_ids="warnings")
        notices.sign_off_asked(context["partition_key"], found["unusual"])


def complete():
    """The condition that every feed awaited for the day has come for it."""
    condition = AWAITED[0]
    for asset in AWAITED[1:]:
        condition = condition & asset
    return condition


with DAG(
    "monitoring",
    description="reconciles a day, raises its warnings, holds what is out of the ordinary for a sign-off",
    schedule=PartitionedAssetTimetable(complete() | DUE),
    catchup=False,
    max_active_runs=60,  # runs that wait for a sign-off are active too, and must not hold up the days after them
    default_args=DEFAULTS,
    deadline=takes_at_most("monitoring", 240),
    doc_md=__doc__,
    tags=["fanpin", "2 monitoring"],
):

    @step(writes=True)
    def reconcile(ti=None, dag_run=None, triggering_asset_events=None) -> None:
        """Stage what is new, and work out what D's deliveries say."""
        from pipelines.report import held, rejected
        from pipelines.scheduled.days import conclude
        from pipelines.scheduled.readiness import missing, note_waiting, why_not

        day, settings = business_day(), installation()
        events = [event for events in (triggering_asset_events or {}).values() for event in events]
        asked = not events or any((event.extra or {}).get("whatever_is_missing") for event in events)
        reason = why_not(settings, day)
        if reason and not asked and ti.try_number == 1:  # a run that is cleared, or was cut off, does its work
            note_waiting(settings, day)
            raise AirflowSkipException(reason)
        if absent := missing(settings, day):
            say(f"{day} is run without: {', '.join(absent)}")
        say(f"{day}: {'something new' if conclude(settings, day, say) else 'nothing new'}")
        for line in [*rejected(settings, day, []), *held(settings, day)]:
            say(line)

    @step(reads=True)
    def warnings() -> dict:
        """Count the warnings that have not ended on D, and name the rules that are out of the ordinary."""
        from pipelines.scheduled.sign_off import is_approved, tally

        settings = installation()
        found = tally(settings, business_day())
        say(found.text())
        return {
            "by_rule": found.by_rule,
            "by_county": found.by_county,
            "unusual": list(found.unusual),
            "text": found.text(),
            "content": found.content,
            "held": bool(found.unusual) and not is_approved(settings, found),
        }

    @step(kind="branch")
    def gate(found: dict) -> str:
        """Ordinary warnings go on; others, and those rejected before, wait for a person."""
        return "sign_off" if found["held"] else "release"

    sign_off = HITLOperator(
        task_id="sign_off",
        subject="Publish the warnings of {{ partition_key }}?",
        body="{{ ti.xcom_pull(task_ids='warnings')['text'] }}",
        options=[APPROVE, REJECT],
        defaults=REJECT,
        response_timeout=timedelta(days=7),
        notifiers=Asked(),
        execution_timeout=None,
    )

    @step(writes=True, kind="short_circuit")
    def decide(ti=None) -> bool:
        """Record who decided and when; a rejected day ends here."""
        from pipelines.scheduled.sign_off import settle, tally

        answer = ti.xcom_pull(task_ids="sign_off")
        approved = answer["chosen_options"] == [APPROVE]
        by = (answer["responded_by_user"] or {}).get("name") or "nobody, in time"
        settings, shown = installation(), ti.xcom_pull(task_ids="warnings")["content"]
        return settle(settings, tally(settings, business_day()), shown, approved, by, str(answer["responded_at"]), say)

    @step(outlets=[WARNINGS], trigger_rule="none_failed_min_one_success")
    def release() -> None:
        """An asset event: D may be published."""
        say(f"{business_day()} may be published")

    found = warnings()
    released = release()
    way = gate(found)
    reconcile() >> found
    way >> [sign_off, released]
    sign_off >> decide() >> released
