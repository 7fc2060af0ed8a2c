"""Notices by mail, through the connection `fanpin_notices`. Where it is not configured, nothing is sent.

The connection is of type SMTP; its extra gives `from_email` and `to`, one address or several with commas. A notice
names DAG, task, day, feeds and counts. It never carries the text of an error, and nothing about a person.
"""

from __future__ import annotations

import logging
from typing import Any

CONNECTION = "fanpin_notices"
log = logging.getLogger(__name__)


def send(subject: str, body: str) -> bool:
    """Send a notice; whether it was sent. A notice that can't be sent never fails what it is about."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk import BaseHook

    try:
        extra = BaseHook.get_connection(CONNECTION).extra_dejson
    except Exception:
        log.info("no connection %s: the notice is not sent", CONNECTION)
        return False
    try:
        with SmtpHook(smtp_conn_id=CONNECTION) as mail:
            text = body.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>\n")
            mail.send_email_smtp(to=extra["to"], from_email=extra["from_email"], subject=subject, html_content=text)
    except Exception as error:
        log.warning("the notice could not be sent (%s): check the connection %s", type(error).__name__, CONNECTION)
        return False
    return True


def task_failed(context: Any) -> None:
    """A task failed for good. The reason stands in its log, not here."""
    instance, run = context["ti"], context["dag_run"]
    send(
        f"fanpin: {instance.dag_id} failed for {run.partition_key or 'a run without a day'}",
        f"The task {instance.task_id} of {instance.dag_id} failed on its last try.\n"
        f"Day: {run.partition_key or 'none'}\nRun: {run.run_id}\n"
        f"Its log says why; the documentation of the DAG says what to do.\n{getattr(instance, 'log_url', '')}",
    )


def late_run(context: Any = None, **about: Any) -> None:
    """A run has not ended in the time it should take. Its context names it as the REST API does."""
    run = (context or {}).get("dag_run") or {}
    send(
        f"fanpin: {about['dag']} takes too long for {run.get('partition_key') or 'a run without a day'}",
        f"The run {run.get('dag_run_id')} has not ended in {about['allowed']}.\n"
        "Look at it in the scheduler's page: is a task waiting for the pool, for a person, or retrying?",
    )


def feeds_missing(day: Any, feeds: list[str]) -> None:
    """A day reached its deadline without feeds it waits for."""
    send(
        f"fanpin: {day} is run without {', '.join(feeds)}",
        f"By its deadline, {day} lacked: {', '.join(feeds)}. It is run with what is there.\n"
        "Ask the offices that deliver these feeds. What comes late is taken in, and the day is run again by itself.",
    )


def made_otherwise(day: Any, what: str, days: list) -> None:
    """Days were run with other reference tables, or by another version of the program."""
    name = {"reference": "other reference tables", "program": "another version of the program"}[what]
    send(
        f"fanpin: days were run with {name}",
        f"Found on closing {day}: {len(days)} days, {days[0]} to {days[-1]}, were run with {name} than there are now.\n"
        "They stand as they were. Where the change matters to them, run them again by a backfill of the DAG close_day.",
    )


def sign_off_asked(day: Any, rules: list[str]) -> None:
    """The warnings of a day wait for somebody's decision."""
    send(
        f"fanpin: the warnings of {day} wait for a sign-off",
        f"Out of the ordinary: {', '.join(rules)}. Nothing of {day} is published until somebody has decided.\n"
        "Open the required actions of the DAG monitoring.",
    )


def answers_due(day: Any, overdue: int, service_overdue: int, unknown: int) -> None:
    """Counties owe answers, or answered warnings that nobody knows."""
    send(
        f"fanpin: answers on {day}",
        f"Warnings without an answer after their due date: {overdue}\n"
        f"Confirmed, but not served in time: {service_overdue}\nAnswers to unknown warnings: {unknown}",
    )
