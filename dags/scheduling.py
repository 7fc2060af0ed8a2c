"""What all DAGs share: assets, the day of a run, tasks that keep errors free of personal data, deadlines.

Business days are partition keys `YYYY-MM-DD` in the time zone of the province, never the clock of the scheduler.
"""

from __future__ import annotations

import functools
import json
import os
import traceback
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import notices
from airflow.sdk import (
    Asset,
    CronPartitionTimetable,
    DeadlineAlert,
    DeadlineReference,
    SyncCallback,
    get_current_context,
    task,
)
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from pipelines.feeds import FEEDS
from pipelines.settings import TIME_ZONE

if TYPE_CHECKING:
    from pipelines.settings import Settings

KEY_FORMAT = "%Y-%m-%d"

#: The pool of all tasks that work on the home. Who writes takes all of its slots, who reads the warehouse takes one: a
#: day that is run again is put in place of the old one. The lock in the home guards against the command line, which
#: knows no pools.
POOL, SLOTS = "warehouse", 4

#: A feed as it lies in landing, and as it was taken in: a partition is a delivery date.
LANDED = {feed: Asset(name=f"landing/{feed}", uri=f"fanpin://landing/{feed}", group="fanpin") for feed in FEEDS}
STAGED = {feed: Asset(name=f"staging/{feed}", uri=f"fanpin://staging/{feed}", group="fanpin") for feed in FEEDS}
#: Days to be run though their feeds say nothing new: after a deadline, or again after a late or corrected delivery.
DUE = Asset(name="days due", uri="fanpin://days", group="fanpin")
WARNINGS = Asset(name="warnings", uri="fanpin://warnings", group="fanpin")
PUBLISHED = Asset(name="published", uri="fanpin://published", group="fanpin")

#: Two hours is a province's longest step many times over. What is bad stays bad and is not tried again (see `step`);
#: what can pass (a lock, a full disk, a killed process) is, with growing pauses: `[core] default_task_retry_delay`.
DEFAULTS = {
    "owner": "fanpin",
    "retries": 4,
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=2),
    "on_failure_callback": notices.task_failed,
}


def daily() -> CronPartitionTimetable:
    """Every day when it ends, at midnight. At another hour a backfill would lose the last day of its range."""
    return CronPartitionTimetable("0 0 * * *", timezone=TIME_ZONE, run_offset=-1, key_format=KEY_FORMAT)


def takes_at_most(dag: str, minutes: float) -> DeadlineAlert:
    """A notice when a run has not ended in time. `FANPIN_ALERT_MINUTES`, like {"monitoring": 90}, says otherwise."""
    minutes = float(json.loads(os.environ.get("FANPIN_ALERT_MINUTES") or "{}").get(dag, minutes))
    about = {"dag": dag, "allowed": f"{minutes:g} minutes"}
    return DeadlineAlert(
        DeadlineReference.DAGRUN_QUEUED_AT, timedelta(minutes=minutes), SyncCallback(notices.late_run, kwargs=about)
    )


def business_day() -> date:
    """The day that this run is for: its partition key. A run without one is refused."""
    key = get_current_context().get("partition_key")
    try:
        return datetime.strptime(key or "", KEY_FORMAT).date()
    except ValueError:
        raise AirflowFailException(
            "a run needs the day it is for: expected a partition key like 2025-06-04. "
            "Trigger the DAG again and give one; the clock is never taken for it."
        ) from None


def installation() -> Settings:
    """The installation that the environment names, as for the command line."""
    from pipelines.settings import settings

    return settings()


def say(line: str) -> None:
    """A line of progress, in the task's log."""
    print(line, flush=True)


def step(writes: bool = False, reads: bool = False, kind: str = "python", **options: Any) -> Callable:
    """A task whose errors say nothing personal, whatever they said.

    A fault that somebody must mend is not tried again. What may pass by itself (TryAgain, a disk), and everything
    unforeseen, is; of the unforeseen only kind and place are said, for the texts of libraries quote the row they
    failed on. With `writes` the task has the home alone, with `reads` together with others that read. `kind` is a kind
    of task: python, branch, short_circuit.
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def guarded(*arguments: Any, **named: Any) -> Any:
            from pipelines.files import reading, unusable, writing
            from pipelines.settings import FanpinError, TryAgain, home

            try:
                if not writes and not reads:
                    return function(*arguments, **named)
                with (writing if writes else reading)(installation().home):
                    return function(*arguments, **named)
            except AirflowException:
                raise
            except TryAgain as error:
                trouble: Exception = AirflowException(str(error))
            except FanpinError as error:
                trouble = AirflowFailException(str(error))
            except OSError as error:
                trouble = AirflowException(unusable(error, home() / "landing"))
            except Exception as error:
                trouble = AirflowException(_place(error))
            raise trouble  # outside of the handlers: what it stands for must not be printed with it

        taken = {"pool": POOL, "pool_slots": SLOTS if writes else 1} if writes or reads else {}
        more = {"multiple_outputs": False} if kind == "python" else {}
        return getattr(task, kind)(**taken | more | options)(guarded)

    return decorate


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/pipelines/" in frame.filename] or frames
    last = ours[-1]
    return f"unforeseen {type(error).__name__} in {last.filename.rsplit('/', 2)[-1]}, line {last.lineno} ({last.name})"
